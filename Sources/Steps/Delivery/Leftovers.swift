import Farm

/// What drover leaves on a phone while it delivers, and how what an earlier run left behind is found and removed.
///
/// Everything under way has a name that begins with ``prefix``; a run's own names go on with the run's tag.
enum Leftovers {
    /// The beginning of every temporary name on a phone.
    static let prefix = ".drover-"
    /// Where builds are put first on phones that cannot take a stream.
    static let stagingFolder = "/data/local/tmp"

    /// Removes from a folder what earlier runs left; a folder that is missing has nothing.
    ///
    /// - Parameter entries: What the folder holds, when it was listed before.
    /// - Returns: Whether there is something of this run's own, which an interrupted delivery has left.
    @discardableResult
    static func sweep(
        _ folder: RemotePath, keeping tag: String, on phone: any ConnectedPhone
    ) async throws -> Bool {
        let own = prefix + tag
        let all = try await phone.list(folder).map(\.name)
        let names = all.filter { name in
            let isStagedBuild =
                folder.path == stagingFolder && name.hasPrefix("drover-") && name.hasSuffix(".apk")
            return isStagedBuild || (name.hasPrefix(prefix) && name != own && name != OwnFolder.markName)
        }
        guard !names.isEmpty else { return all.contains(own) }
        let paths = names.prefix(64).map { folder.path == "/" ? "/\($0)" : "\(folder.path)/\($0)" }
        _ = try await phone.run(ShellLine(["rm", "-rf"] + paths).description)
        return all.contains(own)
    }
}
