"""Acts: each locks the head, asks leave, changes the world and leaves its history entry; none commits."""
