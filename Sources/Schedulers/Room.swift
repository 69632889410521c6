// Schedulers
