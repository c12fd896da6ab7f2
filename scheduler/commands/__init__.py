"""What the longer commands of the command line do; app.py names them and prints what they answer."""
