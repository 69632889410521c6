"""Trains the model bundled with sparsedit: autoencoder, text encoder and transformer."""
