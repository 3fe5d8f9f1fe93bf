"""The scripted interviewer: fixed questions and explicit answers, without a model."""
