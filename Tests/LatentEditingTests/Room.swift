// LatentEditing
