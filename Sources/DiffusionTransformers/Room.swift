// DiffusionTransformers
