"""The rules of credit control: frames, parameters and a day in; frames and findings out."""
