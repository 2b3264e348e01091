"""The pure core: one event in, the next state and the commands out. No clock, no chance, no outside world."""
