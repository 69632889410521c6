/// The work around an edit that needs no model: masks, texture maps, and looking at pictures.
///
/// Every tool reads and writes files as the edits do: at the source's depth, with its profile and metadata, an output
/// under a temporary name until it is whole.
public enum PictureTools {}
