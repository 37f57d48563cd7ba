import CloudPhone
import Crypto

/// What is asked for; phones that ask for the same share a request, and so do servers.
enum BatchCall: Hashable, Sendable {
    /// Installs an app from the storage: the objects of its parts, and options of the package manager.
    case install(objects: [String], options: [String])
    /// Uninstalls an app.
    case uninstall(package: String)
    /// Unpacks a tar from the storage at the root.
    case push(object: String)
    /// Runs a line, which may be work that takes longer than lines do as a rule.
    case shell(line: String, as: JobKind = .shell)
    /// Starts a phone that is shut down, or restarts one that runs.
    case restart
    /// Shuts phones down.
    case stop
    /// Sets phones back to how they came.
    case reset
    /// Writes files of phones to tars in the storage.
    case export(paths: [String], excluded: [String] = [], to: ObjectName)
    /// Brings back what was exported.
    case restore(from: ObjectName)
    /// Sets properties, as a JSON object, and the user's own.
    case properties(String, own: [String: String])
    /// Sends the traffic of phones through the encode service, or directly again.
    case traffic(isRouted: Bool)
    /// Makes the disks of phones so many GiB large.
    case expandDisk(gigabytes: Int)
    /// Restarts encode services.
    case restartEncoders
    /// Something for phones that are rented by themselves.
    case instances(InstanceCall)
    /// Something for whole servers.
    case server(ServerCall)

    /// What a phone's object is called: the same for all, or with the phone's id in it.
    struct ObjectName: Hashable, Sendable {
        let bucket: String
        /// What comes before the phone's id and `.tar`.
        let prefix: String
        /// Whether that is all of it.
        var isWhole = false

        func key(for phone: String) -> String { isWhole ? prefix : "\(prefix)\(phone).tar" }
    }

    /// The most members of one request; for phones the service publishes no limit (Cloud Phone API, which phones).
    var most: Int { if case .server(let call) = self { call.most } else { CommandTargets.advisedMost } }

    /// How soon and how long jobs are looked at.
    var kind: JobKind {
        if case .shell(_, let kind) = self { return kind }
        if case .instances(let call) = self { return call.kind }
        return type(of: operation(for: Self.anybody)).jobKind
    }

    /// Whether the service only says that it works on it, so that whoever asked has to look how it ends.
    var isDoneWhenTaken: Bool { if case .instances(let call) = self { call.isPower } else { false } }

    /// The call in words, for messages.
    var words: String {
        switch self {
        case .install(let objects, _):
            objects.count == 1 ? "install an app" : "install an app of \(objects.count) parts"
        case .uninstall(let package): "uninstall \(package)"
        case .push: "push files"
        case .shell(let line, _): line.count > 60 ? "run `\(line.prefix(59))…`" : "run `\(line)`"
        case .restart: "restart"
        case .stop: "shut down"
        case .reset: "reset"
        case .export: "export files"
        case .restore(let object): "import \(object.prefix)"
        case .properties: "set properties"
        case .traffic(let isRouted): isRouted ? "route the traffic" : "send the traffic directly"
        case .expandDisk(let size): "expand the disk to \(size) GiB"
        case .restartEncoders: "restart the encode services"
        case .instances(let call): call.words
        case .server(let call): call.words
        }
    }

    /// By what a journal knows the call again; the same for the same call of another process.
    var mark: String {
        switch self {
        case .install(let objects, let options): Self.mark("install", options + objects)
        case .uninstall(let package): "uninstall \(package)"
        case .push(let object): Self.mark("push", [object])
        case .shell(let line, _): Self.mark("shell", [line])
        case .restart: "restart"
        case .stop: "stop"
        case .reset: "reset"
        case .export(let paths, let excluded, let object):
            Self.mark("export", paths + [""] + excluded + [object.bucket, object.prefix])
        case .restore(let object): Self.mark("import", [object.bucket, object.prefix])
        case .properties(let text, let own):
            Self.mark("properties", [text] + own.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
        case .traffic(let isRouted): "traffic \(isRouted ? "routing" : "direct")"
        case .expandDisk(let size): "expand-disk \(size)"
        case .restartEncoders: "restart-encoders"
        case .instances(let call): call.mark
        case .server(let call): call.mark
        }
    }

    /// A hash, as what is asked for may be long, or hold a secret.
    static func mark(_ word: String, _ parts: [String]) -> String {
        "\(word) \(SHA256.hash(of: parts.joined(separator: "\0")).hex.prefix(24))"
    }

    /// The call to the service for some phones, servers or encode services.
    func operation(for ids: [String]) -> any StartingOperation {
        let targets = CommandTargets.phones(ids)
        return switch self {
        case .install(let objects, let options):
            InstallApkOperation(objects: objects, options: options, targets: targets)
        case .uninstall(let package): UninstallApkOperation(packageName: package, targets: targets)
        case .push(let object): PushFileOperation(object: object, targets: targets)
        case .shell(let line, _): RunShellCommandOperation(line: line, targets: targets)
        case .restart: RestartCloudPhoneOperation(phoneIDs: ids)
        case .stop: StopCloudPhoneOperation(phoneIDs: ids)
        case .reset: ResetCloudPhoneOperation(phoneIDs: ids)
        case .export(let paths, let excluded, let object):
            BatchExportCloudPhoneDataOperation(
                exports: ids.map { id in
                    PhoneExport(
                        phoneID: id, includes: paths, excludes: excluded, bucketName: object.bucket,
                        objectPath: object.key(for: id))
                })
        case .restore(let object):
            BatchImportCloudPhoneDataOperation(
                imports: ids.map { id in
                    PhoneImport(phoneID: id, bucketName: object.bucket, objectPath: object.key(for: id))
                })
        case .properties(let text, let own):
            UpdateCloudPhonePropertyOperation(phoneIDs: ids, property: text, customProperty: own)
        case .traffic(let isRouted): ImportTrafficOperation(phoneIDs: ids, isRouted: isRouted)
        case .expandDisk(let size): ExpandPhoneDataVolumeSizeOperation(phoneIDs: ids, newSize: size)
        case .restartEncoders: RestartEncodeServerOperation(encodeServerIDs: ids)
        case .instances(let call): call.operation(for: ids)
        // The order in which they came says nothing, and the same servers make the same request.
        case .server(let call): call.operation(for: ids.sorted())
        }
    }

    /// Sends the call.
    func send(to ids: [String], by client: CloudClient, hooks: CallHooks) async throws -> StartedCall {
        try await client.send(operation(for: ids), hooks: hooks)
    }

    /// Why the service would not take the call; nil when it would, as far as that shows here.
    var fault: CheckFault? {
        do throws(CheckFault) {
            try operation(for: Self.anybody).check()
            return nil
        } catch { return error }
    }

    /// Some id, where only the rest is looked at.
    private static let anybody = [String(repeating: "0", count: 32)]
}

/// What became of a call on one phone or server.
enum BatchAnswer: Sendable {
    /// It was done; what it printed, where it prints.
    case done(CommandOutput?)
    /// It was not done, in the service's words.
    case failed(ServiceFault, CommandOutput?)
}
