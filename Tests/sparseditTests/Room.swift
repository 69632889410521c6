// sparsedit
