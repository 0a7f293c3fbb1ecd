"""Makes a voice pack from a Sambert-HifiGAN (KAN-TTS) package."""
