// swift-tools-version: 6.2
import PackageDescription

// Dependencies point one way: a target may import only targets listed above it.
// `swift build --explicit-target-dependency-import-check error` holds the arrows in CI.

let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .treatAllWarnings(as: .error),
]

let tests: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil)
  -> Target
{
  .target(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

func testRoom(_ name: String, _ dependencies: [Target.Dependency] = [], fixtures: Bool = false)
  -> Target
{
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies,
    resources: fixtures ? [.copy("Fixtures")] : nil, swiftSettings: tests)
}

let package = Package(
  name: "sparsedit",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "sparsedit", targets: ["sparsedit"]),
    .library(name: "SparseditKit", targets: ["SparseditKit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    // Rank 0: C. System libraries, and our own C behind plain functions.
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
    .systemLibrary(name: "CTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"])]),
    .systemLibrary(name: "CLCMS", pkgConfig: "lcms2", providers: [.apt(["liblcms2-dev"])]),
    .target(name: "CFiles"),
    .target(name: "CImageCodecs", dependencies: ["CFiles", "CPNG", "CJPEG", "CTIFF", "CLCMS"]),
    .target(name: "CKernels"),

    // Rank 1: values.
    room("Images"),
    room("Tensors", ["CKernels"]),
    room("Tokenizers"),

    // Rank 2: files and pixels.
    room("ImageCodecs", ["Images", "CImageCodecs"]),
    room("ImageProcessing", ["Images", "Tensors"]),
    room("Grading", ["Images"]),
    room("Matting", ["Images", "ImageProcessing"]),
    room("Checkpoints", ["CFiles", "Tensors"]),

    // Rank 3 and 4: networks.
    room("Layers", ["Tensors", "Checkpoints"]),
    room("TextEncoders", ["Tensors", "Checkpoints", "Layers"]),
    room("Autoencoders", ["Tensors", "Checkpoints", "Layers"]),
    room("Upscalers", ["Tensors", "Checkpoints", "Layers"]),
    room("DiffusionTransformers", ["Tensors", "Checkpoints", "Layers"]),
    room("Saliency", ["Tensors", "Checkpoints", "Layers"]),
    room("Schedulers", ["Tensors"]),

    // Rank 5: the editing core. It imports no network.
    room("LatentEditing", ["Tensors", "Schedulers", "Images"]),

    // Rank 6: models from disk.
    room(
      "Models",
      [
        "Images", "Tensors", "Tokenizers", "Checkpoints", "TextEncoders", "Autoencoders",
        "Upscalers", "DiffusionTransformers", "Schedulers", "LatentEditing", "Layers",
      ],
      resources: [.copy("Resources/bundled")]),

    // Rank 7: the edits, one folder a verb.
    room(
      "Edits",
      [
        "Images", "ImageCodecs", "ImageProcessing", "Grading", "Matting", "Tensors", "Tokenizers",
        "Checkpoints",
        "Layers", "TextEncoders", "Autoencoders", "Upscalers", "DiffusionTransformers", "Schedulers",
        "LatentEditing",
        "Models",
      ]),

    // Rank 8: the public face.
    room(
      "SparseditKit",
      [
        "Images", "ImageCodecs", "ImageProcessing", "Grading", "Matting", "Tensors", "Checkpoints",
        "Schedulers",
        "LatentEditing",
        "Models", "Edits",
      ]),

    // Rank 9: the command.
    .executableTarget(
      name: "sparsedit",
      dependencies: [
        "Images", "ImageCodecs", "Tensors", "Checkpoints", "DiffusionTransformers", "LatentEditing", "Models",
        "Edits", "SparseditKit",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: house),

    // Small programs on the library: swift run -c release Examples
    .executableTarget(
      name: "Examples", dependencies: ["SparseditKit"], path: "Examples", swiftSettings: house),

    // Speed of the kernels: swift run -c release KernelBenchmarks
    .executableTarget(
      name: "KernelBenchmarks", dependencies: ["Tensors"], path: "Benchmarks/KernelBenchmarks",
      swiftSettings: house),

    // Tests, one room each.
    testRoom("Images"),
    testRoom("Tensors", ["CKernels"]),
    testRoom("Tokenizers", fixtures: true),
    testRoom("ImageCodecs", ["Images"], fixtures: true),
    testRoom("ImageProcessing", ["Images", "Tensors"]),
    testRoom("Grading", ["Images"]),
    testRoom("Matting", ["Images", "ImageProcessing"]),
    testRoom("Checkpoints", ["Tensors"], fixtures: true),
    testRoom("Layers", ["Tensors", "Checkpoints"]),
    testRoom("TextEncoders", ["Tensors", "Checkpoints"], fixtures: true),
    testRoom("Autoencoders", ["Tensors", "Checkpoints", "Layers"], fixtures: true),
    testRoom("Upscalers", ["Tensors", "Checkpoints"], fixtures: true),
    testRoom("DiffusionTransformers", ["Tensors", "Checkpoints"], fixtures: true),
    testRoom("Saliency", ["Tensors", "Checkpoints"], fixtures: true),
    testRoom("Schedulers", ["Tensors"], fixtures: true),
    testRoom("LatentEditing", ["Tensors", "Schedulers", "Images"]),
    testRoom(
      "Models",
      [
        "DiffusionTransformers", "LatentEditing", "Schedulers", "Tensors", "Tokenizers", "Checkpoints",
        "TestSupport",
      ], fixtures: true),
    testRoom(
      "Edits",
      [
        "Images", "Tensors", "Checkpoints", "Upscalers", "Schedulers", "LatentEditing", "Models",
        "TestSupport",
      ],
      fixtures: true),
    testRoom(
      "sparsedit",
      [
        "Images", "ImageCodecs", "ImageProcessing", "Tensors", "Checkpoints", "Edits",
        "SparseditKit",
        "TestSupport",
      ]),
    .target(
      name: "TestSupport", dependencies: ["Checkpoints", "Tensors"], path: "Tests/TestSupport",
      resources: [.copy("tiny"), .copy("hidream")],
      swiftSettings: tests),
  ]
)
