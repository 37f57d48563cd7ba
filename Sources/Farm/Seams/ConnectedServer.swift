public import Lanes

/// A server of a cloud, as the service of its account answers for it.
///
/// Calls of servers that are equal become one request, and wait for limits of the service like those of a
/// ``BatchedPhone``. What the service would not do is thrown as ``ServiceError``; what only some phones would not do is
/// returned. Nothing runs on the server itself, so that lines and files of it are `unsupported`.
public protocol ConnectedServer: ConnectedTarget, NamedCalling {
    /// The same server during one attempt at a step, whose jobs are written down before they are waited for.
    func during(_ attempt: BatchedAttempt) -> any ConnectedServer

    /// Takes an app off every running phone, and off the shared storage when it is a shared one.
    func uninstall(_ package: PackageName, sharing: AppSharing) async throws -> FleetOutcome

    /// Puts an app into the shared storage, and has it installed on every running phone.
    func share(_ order: SharedAppOrder) async throws -> FleetOutcome

    /// Unpacks files into the shared storage; packed and uploaded once for all servers that get the same.
    func share(_ delivery: BatchedDelivery) async throws

    /// Removes files and folders from the shared storage.
    func unshare(_ paths: [RemotePath]) async throws

    /// What lies in a folder of the shared storage, in the service's order.
    func sharedFiles(in folder: RemotePath) async throws -> [SharedFile]

    /// Restarts the server with all its phones, and waits until that is done.
    func restart() async throws

    /// Gives the server another name in its cloud.
    func rename(to name: String) async throws

    /// Gives the server another key pair of its region.
    func use(keypair: String) async throws

    /// Resizes a bandwidth of the server.
    ///
    /// - Parameters:
    ///   - id: The bandwidth's id.
    ///   - size: Mbit/s: any up to 300, by 50 up to 1,000, by 500 above.
    func resize(bandwidth id: String, to size: Int) async throws

    /// Restarts all encode services of the server, and waits until that is done.
    ///
    /// - Returns: How many there are.
    func restartEncoders() async throws -> Int

    /// What the server is sold as; nil when its account does not have it any more.
    func profile() async throws -> ServerProfile?

    /// Orders another specification for the server, and waits until it has it; an order is placed once, however often the
    /// attempt is repeated.
    ///
    /// - Parameters:
    ///   - model: The specification.
    ///   - phones: That of its phones; nil for the only one that goes with it.
    ///   - paysAtOnce: Whether the order is paid by itself.
    /// - Returns: The order's id; empty when the service named none.
    func change(model: String, phones: String?, paysAtOnce: Bool) async throws -> String

    /// Moves the server to new hardware: it keeps name and id, and every phone is made anew without its data.
    func rebuild(as layout: ServerLayout) async throws

    /// Deletes the server with its phones and their data.
    func delete() async throws

    /// The server's tags.
    func tags() async throws -> [String: String]

    /// Sets tags and takes others off, each with the value that it has.
    func change(tags: [String: String], removing: [String: String]) async throws

    /// What the cloud announced to do to the server, in the service's order.
    func events() async throws -> [ServerEvent]

    /// Lets the cloud do what it announced.
    func authorise(event id: String, as permission: EventPermission) async throws

    /// Mounts a file system of the account on the server.
    ///
    /// - Parameter path: A folder in it; nil for its root.
    func mount(fileSystem id: String, path: String?) async throws

    /// Takes a file system off the server.
    func unmount(fileSystem id: String) async throws

    /// The images of the server's account, its own and those that others share with it; asked for once for all servers.
    func images() async throws -> [AccountImage]

    /// Changes an image of the server's account, once for all servers that ask for the same.
    ///
    /// - Returns: Whether there was anything to do.
    func change(image: ImageChange) async throws -> Bool
}

/// Whether an app is one that the phones of a server share.
public enum AppSharing: String, Hashable, Sendable, CaseIterable {
    /// The service is asked for it.
    case auto
    /// It is shared.
    case shared = "true"
    /// Each phone has its own.
    case own = "false"
}

/// A file or a folder in the storage that the phones of a server share.
public struct SharedFile: Hashable, Sendable {
    /// Its name, without the folder.
    public let name: String
    /// Bytes; what the service says for folders means nothing.
    public let size: Int
    /// The day and the time as the service writes them: `Apr 15 09:49`.
    public let time: String

    /// Describes one entry.
    public init(name: String, size: Int, time: String) {
        self.name = name
        self.size = size
        self.time = time
    }
}

extension ConnectedServer {
    /// Nothing runs on a server of a cloud.
    public func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult {
        throw unsupported("run `\(line)`")
    }

    /// Nothing runs on a server of a cloud.
    public func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws -> Int?
    {
        throw unsupported("follow `\(line)`")
    }

    /// A server of a cloud shows no files but the shared ones.
    public func status(of paths: [RemotePath]) async throws -> [RemoteFile?] { throw unsupported("look at files") }

    /// A server of a cloud shows no files but the shared ones.
    public func list(_ folder: RemotePath) async throws -> [RemoteEntry] { throw unsupported("list \(folder)") }

    /// A server of a cloud hands out no files.
    public func pull(
        _ path: RemotePath, into sink: any PullSink, progress: ProgressMeter
    ) async throws -> PullOutcome {
        throw unsupported("pull \(path)")
    }

    private func unsupported(_ operation: String) -> ServiceError {
        ServiceError(
            "unsupported", operation: operation, reason: "nothing runs on a cloud's server itself",
            advice: "put the step into a play with `phones:` or `encoders:`")
    }
}
