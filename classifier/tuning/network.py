"""The encoder with its head: token numbers of one window in, log-odds of every label out."""

from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from transformers import AutoModel

from classifier.tuning.dropout import Dropout, Noise
from classifier.tuning.graph import SCALE
from classifier.types import LABELS

HIDDEN = 128
HEAD_DROPOUT = 0.2


class Network(nn.Module):
    """BERT's layers, each layer's mean and the last one's maximum, and two linear layers.

    The means of all layers serve much better than the last one alone: what makes a comment rude
    is often in its words, which the lower layers still hold. `noise` is begun by whoever trains.
    """

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self.noise = Noise()
        self.bert = AutoModel.from_pretrained(
            str(weights),
            dtype=torch.float32,
            add_pooling_layer=False,
            attn_implementation="eager",
            attention_probs_dropout_prob=0.0,
        )
        for module in list(self.bert.modules()):
            for name, child in module.named_children():
                if isinstance(child, nn.Dropout) and child.p:
                    setattr(module, name, Dropout(child.p, self.noise))
        layers = self.bert.config.num_hidden_layers + 2
        self.drop = Dropout(HEAD_DROPOUT, self.noise)
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


class Offsets(nn.Module):
    """What a source calls a violation, as log-odds added to its rows while training, and only then.

    Sets draw the line at other places; without these the encoder would have to recognise a set to
    meet its line, and would carry that into texts of no set.
    """

    def __init__(self, allowed: torch.Tensor) -> None:
        """Take which source, numbered by row, may have an offset for which label, as 0 and 1."""
        super().__init__()
        self.allowed = allowed
        self.added = nn.Parameter(torch.zeros_like(allowed))

    def forward(self, sources: torch.Tensor) -> torch.Tensor:
        """Return log-odds, shape (rows, labels), for the sources of rows."""
        return (self.added * self.allowed)[sources]
