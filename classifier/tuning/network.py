"""The encoder with its head: token numbers of one window in, log-odds of every label out."""

from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from transformers import BertModel

from classifier.types import LABELS

HIDDEN = 128
SCALE = 19.6
"""Length that each layer's mean is given: about that of 384 numbers of unit variance."""


class Network(nn.Module):
    """BERT's layers, each layer's mean and the last one's maximum, and two linear layers.

    The means of all layers serve much better than the last one alone: what makes a comment rude
    is often in its words, which the lower layers still hold.
    """

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(
            str(weights), add_pooling_layer=False, attn_implementation="eager"
        )
        layers = self.bert.config.num_hidden_layers + 2
        self.drop = nn.Dropout(0.2)
        self.first = nn.Linear(layers * self.bert.config.hidden_size, HIDDEN)
        self.last = nn.Linear(HIDDEN, len(LABELS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return log-odds, shape (texts, labels), of token numbers of shape (texts, tokens)."""
        pooled = self.drop(self._pooled(ids, mask))
        odds: torch.Tensor = self.last(self.drop(functional.gelu(self.first(pooled))))
        return odds

    def _pooled(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        states: Any = self.bert(ids, attention_mask=mask, output_hidden_states=True).hidden_states
        here = mask[:, :, None].float()
        means = [(state.float() * here).sum(1) / here.sum(1) for state in states]
        most = (states[-1].float() + (1 - here) * -1e4).amax(1)
        return torch.cat([functional.normalize(each, dim=1) * SCALE for each in [*means, most]], 1)
