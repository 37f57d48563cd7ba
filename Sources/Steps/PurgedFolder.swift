public import Farm
public import SourceText

/// A folder on a phone in which a step removes what it does not bring itself.
public struct PurgedFolder: Sendable {
    /// As it is written, without links resolved.
    public let path: RemotePath
    /// Where it is written.
    public let span: SourceSpan

    /// Whether one of two lies in the other one, or both are one.
    public func touches(_ other: PurgedFolder) -> Bool {
        let (one, two) = (path.path, other.path.path)
        return one == two || one.hasPrefix(two + "/") || two.hasPrefix(one + "/")
    }
}
