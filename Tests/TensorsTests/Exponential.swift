#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

func exponential(_ x: Double) -> Double { exp(x) }
func complementaryErrorFunction(_ x: Double) -> Double { erfc(x) }
