"""Fine-tunes the second opinion's encoder with PyTorch; only who trains one needs this package."""
