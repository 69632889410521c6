print("sparsedit")
