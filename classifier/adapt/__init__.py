"""What a site has taught the model: fitted on annotations, judged, and put on a bundle's scores."""

from classifier.adapt.adaptation import Adaptation
from classifier.adapt.surroundings import Comment

__all__ = ["Adaptation", "Comment"]
