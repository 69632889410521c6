import LatentEditing

extension LatentCodec {
  /// Cells around a part that must be there for it to come out as it would in the whole; for an autoencoder whose
  /// cells all depend on each other, as many as seldom matter.
  var margin: CodecReach { reach ?? CodecReach(encoder: 16, decoder: 16) }

  /// Cells over which bands fade into each other: none where they agree exactly.
  var fade: Int { reach == nil ? 8 : 0 }
}
