"""Commands of the classifier: train, evaluate, compare, report, score, explain."""

from classifier.commands import main

if __name__ == "__main__":
    main()
