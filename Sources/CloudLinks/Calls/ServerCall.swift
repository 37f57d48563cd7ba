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
    /// Mounts a file system, or a folder of it.
    case mount(fileSystem: String, path: String?)
    /// Takes a file system off.
    case unmount(fileSystem: String)
    /// Deletes servers.
    case delete
    /// Makes a server anew.
    case rebuild(ServerRebuild)

    /// The most servers of one request: what the service says where it says something, and what is sensible elsewhere.
    var most: Int {
        switch self {
        case .pushApp: PushShareAppsOperation.mostServers
        case .mount, .unmount: 20
        // One that cannot be deleted refuses the whole call, and the others are not to suffer for it.
        case .delete, .rebuild: 1
        default: CommandTargets.advisedMost
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
        case .mount(let id, _): "attach the file system \(id)"
        case .unmount(let id): "detach the file system \(id)"
        case .delete: "delete the server"
        case .rebuild: "change the server"
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
        case .mount(let id, let path): BatchCall.mark("attach", [id, path ?? ""])
        case .unmount(let id): BatchCall.mark("detach", [id])
        case .delete: "delete-server"
        case .rebuild(let rebuild): rebuild.mark
        }
    }

    /// The call to the service for some servers.
    func operation(for servers: [String]) -> any StartingOperation {
        switch self {
        case .restart: RestartCloudPhoneServerOperation(serverIDs: servers)
        case .keypair(let name): UpdateKeypairOperation(serverIDs: servers, keypairName: name)
        case .pushFiles(let bucket, let key):
            PushShareFilesOperation(bucketName: bucket, objectPath: key, serverIDs: servers)
        case .deleteFiles(let paths): DeleteShareFilesOperation(filePaths: paths, serverIDs: servers)
        case .listFiles(let path, let offset, let limit):
            ListShareFilesOperation(path: path, serverIDs: servers, offset: offset, limit: limit)
        case .pushApp(let package, let bucket, let key, let isPreinstalled):
            PushShareAppsOperation(
                packageName: package, bucketName: bucket, objectPath: key, serverIDs: servers,
                isPreinstalled: isPreinstalled)
        case .deleteApp(let package): DeleteShareAppsOperation(packageName: package, serverIDs: servers)
        case .mount(let id, let path):
            AttachShareFilesystemOperation(fileSystemID: id, serverIDs: servers, path: path)
        case .unmount(let id): DetachShareFilesystemOperation(fileSystemID: id, serverIDs: servers)
        case .delete: DeleteCloudPhoneServerOperation(serverIDs: servers)
        case .rebuild(let rebuild): ChangeCloudPhoneServerOperation(serverID: servers[0], layout: rebuild.layout)
        }
    }
}
