import TestSupport

let tinyModel = TinyModel.directory
