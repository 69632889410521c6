/// What a pickle may name, all of it: the parts of a dictionary of tensors. Nothing is looked up and nothing is run; a
/// name stands for what is done here.
enum PickleGlobal: String {
  case orderedDict = "collections.OrderedDict"
  case rebuildTensor = "torch._utils._rebuild_tensor"
  case rebuildTensor2 = "torch._utils._rebuild_tensor_v2"
  case rebuildParameter = "torch._utils._rebuild_parameter"
  case doubleStorage = "torch.DoubleStorage"
  case floatStorage = "torch.FloatStorage"
  case halfStorage = "torch.HalfStorage"
  case bfloat16Storage = "torch.BFloat16Storage"
  case longStorage = "torch.LongStorage"
  case intStorage = "torch.IntStorage"
  case shortStorage = "torch.ShortStorage"
  case charStorage = "torch.CharStorage"
  case byteStorage = "torch.ByteStorage"
  case boolStorage = "torch.BoolStorage"

  /// The element type of a storage as a safetensors file names it.
  var dtype: String? {
    switch self {
    case .orderedDict, .rebuildTensor, .rebuildTensor2, .rebuildParameter: nil
    case .doubleStorage: "F64"
    case .floatStorage: "F32"
    case .halfStorage: "F16"
    case .bfloat16Storage: "BF16"
    case .longStorage: "I64"
    case .intStorage: "I32"
    case .shortStorage: "I16"
    case .charStorage: "I8"
    case .byteStorage: "U8"
    case .boolStorage: "BOOL"
    }
  }
}
