"""One small nation measured in processes that differ in threads, BLAS kernel, order of rows and database."""
