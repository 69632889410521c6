public import ArgumentParser
public import SparseditKit

// The library's choices as flags take them.
extension SamplingMethod: ExpressibleByArgument {}
extension InpaintRequest.Seam: ExpressibleByArgument {}
extension InpaintRequest.Fill: ExpressibleByArgument {}
extension TextureRequest.Tile: ExpressibleByArgument {}
extension BackgroundRequest.Refinement: ExpressibleByArgument {}
