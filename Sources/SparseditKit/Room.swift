// SparseditKit
