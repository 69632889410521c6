// A program that imports SparseditKit sees the requests too.
@_exported public import Edits
@_exported public import struct LatentEditing.SamplingSettings
@_exported public import enum Schedulers.SamplingMethod
