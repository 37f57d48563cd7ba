import CloudPhone
import Crypto

/// What is asked for on whole servers; servers that ask for the same share a request.
enum ServerCall: Hashable, Sendable {
    /// Restarts servers with all their phones.
    case restart
    /// Gives servers another key pair.
    case keypair(String)
    /// Unpacks a tar from the storage into shared storage.
    case pushFiles(bucket: String, key: String)
    /// Removes files from shared storage.
    case deleteFiles([String])
    /// Lists a part of a folder of shared storage.
    case listFiles(path: String, offset: Int, limit: Int)
    /// Puts an app into shared storage.
    case pushApp(package: String, bucket: String, key: String, isPreinstalled: Bool)
    /// Removes an app from shared storage.
    case deleteApp(package: String)

    /// The most servers of one request: what the service says where it says something, and what is sensible elsewhere.
    var most: Int {
        switch self {
        case .pushApp: PushShareAppsOperation.mostServers
        default: CommandTargets.advisedMost
        }
    }

    /// How soon and how long jobs are looked at.
    var kind: JobKind {
        switch self {
        case .restart: RestartCloudPhoneServerOperation.jobKind
        case .keypair: UpdateKeypairOperation.jobKind
        case .pushFiles, .deleteFiles, .pushApp, .deleteApp: .shared
        case .listFiles: .listing
        }
    }

    /// The call in words, for messages.
    var words: String {
        switch self {
        case .restart: "restart the server"
        case .keypair(let name): "set the key pair \(name)"
        case .pushFiles: "share files"
        case .deleteFiles(let paths): paths.count == 1 ? "remove \(paths[0])" : "remove \(paths.count) shared files"
        case .listFiles(let path, _, _): "list \(path)"
        case .pushApp(let package, _, _, _): "share \(package)"
        case .deleteApp(let package): "remove the shared app \(package)"
        }
    }

    /// By what a journal knows the call again; the same for the same call of another process.
    var mark: String {
        switch self {
        case .restart: "restart-server"
        case .keypair(let name): BatchCall.mark("keypair", [name])
        case .pushFiles(let bucket, let key): BatchCall.mark("share-files", [bucket, key])
        case .deleteFiles(let paths): BatchCall.mark("unshare-files", paths)
        case .listFiles(let path, let offset, let limit):
            BatchCall.mark("list-shared", [path, "\(offset)", "\(limit)"])
        case .pushApp(let package, let bucket, let key, let isPreinstalled):
            BatchCall.mark("share-app", [package, bucket, key, "\(isPreinstalled)"])
        case .deleteApp(let package): "unshare-app \(package)"
        }
    }

    /// Sends the call for some servers.
    func send(to ids: [String], by client: CloudClient, hooks: CallHooks) async throws -> StartedCall {
        // The order in which they came says nothing, and the same servers make the same request.
        let servers = ids.sorted()
        return switch self {
        case .restart: try await client.send(RestartCloudPhoneServerOperation(serverIDs: servers), hooks: hooks)
        case .keypair(let name):
            try await client.send(UpdateKeypairOperation(serverIDs: servers, keypairName: name), hooks: hooks)
        case .pushFiles(let bucket, let key):
            try await client.send(
                PushShareFilesOperation(bucketName: bucket, objectPath: key, serverIDs: servers), hooks: hooks)
        case .deleteFiles(let paths):
            try await client.send(DeleteShareFilesOperation(filePaths: paths, serverIDs: servers), hooks: hooks)
        case .listFiles(let path, let offset, let limit):
            // It changes nothing, so there is nothing to write down.
            try await client.send(
                ListShareFilesOperation(path: path, serverIDs: servers, offset: offset, limit: limit))
        case .pushApp(let package, let bucket, let key, let isPreinstalled):
            try await client.send(
                PushShareAppsOperation(
                    packageName: package, bucketName: bucket, objectPath: key, serverIDs: servers,
                    isPreinstalled: isPreinstalled), hooks: hooks)
        case .deleteApp(let package):
            try await client.send(DeleteShareAppsOperation(packageName: package, serverIDs: servers), hooks: hooks)
        }
    }

    /// Looks at the arguments as the service would, for some server.
    func check(_ anybody: [String]) throws(CheckFault) {
        switch self {
        case .restart: break
        case .keypair(let name): try UpdateKeypairOperation(serverIDs: anybody, keypairName: name).check()
        case .pushFiles(let bucket, let key):
            try PushShareFilesOperation(bucketName: bucket, objectPath: key, serverIDs: anybody).check()
        case .deleteFiles(let paths): try DeleteShareFilesOperation(filePaths: paths, serverIDs: anybody).check()
        case .listFiles(let path, let offset, let limit):
            try ListShareFilesOperation(path: path, serverIDs: anybody, offset: offset, limit: limit).check()
        case .pushApp(let package, let bucket, let key, _):
            try PushShareAppsOperation(
                packageName: package, bucketName: bucket, objectPath: key, serverIDs: anybody
            ).check()
        case .deleteApp(let package): try DeleteShareAppsOperation(packageName: package, serverIDs: anybody).check()
        }
    }
}
