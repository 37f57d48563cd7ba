import CloudPhone
import JSON

/// An operation with all of its arguments, without its type.
struct SampleOperation: Sendable, CustomStringConvertible {
    let shape: OperationShape
    let path: [String: String]
    let query: [String: String?]
    let body: [String: JSONValue?]
    let check: @Sendable () throws(CheckFault) -> Void

    init<Operation: CloudOperation>(_ operation: Operation) {
        shape = Operation.shape
        path = operation.pathValues
        query = operation.queryValues
        body = operation.bodyValues
        check = { () throws(CheckFault) in try operation.check() }
    }

    var description: String { shape.name }

    /// The arguments by their names, as those write them who know no types.
    var given: [String: JSONValue] {
        var given = body.compactMapValues { $0 }
        for (name, value) in path { given[name] = .text(value) }
        for field in shape.query {
            guard let text = query[field.name] ?? nil else { continue }
            switch field.kind {
            case .integer: given[field.name] = Int64(text).map(JSONValue.integer)
            case .list: given[field.name] = .array(text.split(separator: ",").map { .text(String($0)) })
            default: given[field.name] = .text(text)
            }
        }
        return given
    }

    private static let phone = SampleID.numbered(1)
    private static let server = SampleID.numbered(1, "b")
    private static let job = SampleID.numbered(1, "d")

    /// One of each.
    static let all: [SampleOperation] =
        [
            .init(
                ListCloudPhoneServersOperation(
                    serverName: "s", serverID: server, networkVersion: "v2", phoneModelName: "m", createSince: 1,
                    createUntil: 2,
                    status: 5, limit: 100)),
            .init(ShowCloudPhoneServerDetailOperation(serverID: server)),
            .init(ListCloudPhoneServerModelsOperation(productType: 0, limit: 100)),
            .init(RestartCloudPhoneServerOperation(serverIDs: [server])),
            .init(UpdateServerNameOperation(serverID: server, serverName: "rack-1")),
            .init(ListCloudPhonesOperation(phoneName: "p", serverID: server, status: 2, type: 0, limit: 200)),
            .init(ShowCloudPhoneDetailOperation(phoneID: phone)),
            .init(ListCloudPhoneModelsOperation(status: 1, limit: 100)),
            .init(ListCloudPhoneImagesOperation(imageType: "all", limit: 500)),
            .init(RestartCloudPhoneOperation(phoneIDs: [phone], imageID: "i", property: "{}")),
            .init(StopCloudPhoneOperation(phoneIDs: [phone])),
            .init(ResetCloudPhoneOperation(phoneIDs: [phone], imageID: "i", property: "{}", forgetsProperties: true)),
            .init(UpdatePhoneNameOperation(phoneID: phone, phoneName: "farm-手机")),
            .init(
                UpdateCloudPhonePropertyOperation(
                    phoneIDs: [phone], property: "{\"com.cph.mainkeys\":1}", customProperty: ["a": "b"])),
            .init(
                BatchExportCloudPhoneDataOperation(exports: [
                    PhoneExport(
                        phoneID: phone, includes: ["/data/local/tmp/*"], excludes: ["/data/local/tmp/x"],
                        bucketName: "farm-payload",
                        objectPath: "out/a.tar")
                ])),
            .init(
                BatchImportCloudPhoneDataOperation(imports: [
                    PhoneImport(phoneID: phone, bucketName: "farm-payload", objectPath: "out/a.tar")
                ])),
            .init(ShowJobOperation(jobID: job)),
            .init(ListJobsOperation(requestIDs: [job], limit: 100)),
            .init(UpdateKeypairOperation(serverIDs: [server], keypairName: "pair")),
            .init(ListEncodeServersOperation(type: 1, status: 1, serverID: server, limit: 100)),
            .init(RestartEncodeServerOperation(encodeServerIDs: [server])),
            .init(
                InstallApkOperation(
                    objects: ["obs://farm-payload/a.apk"], options: ["-t", "-r"], targets: .phones([phone]))),
            .init(UninstallApkOperation(packageName: "com.example.app", targets: .servers([server]))),
            .init(PushFileOperation(object: "obs://farm-payload/dir/a.tar", targets: .phones([phone]))),
            .init(RunShellCommandOperation(line: "ls -l /system | wc -l", targets: .phones([phone]))),
            .init(RunSyncCommandOperation(line: "getprop ro.build.version.release", targets: .phones([phone]))),
            .init(PushShareFilesOperation(bucketName: "farm-payload", objectPath: "a.tar", serverIDs: [server])),
            .init(DeleteShareFilesOperation(filePaths: ["/data/a b"], serverIDs: [server])),
            .init(ListShareFilesOperation(path: "/data/app", serverIDs: [server], offset: 0, limit: 50)),
            .init(
                PushShareAppsOperation(
                    packageName: "com.example.app", bucketName: "farm-payload", objectPath: "a.tar",
                    serverIDs: [server],
                    isPreinstalled: true)),
            .init(DeleteShareAppsOperation(packageName: "com.example.app", serverIDs: [server])),
            .init(ListShareAppsSnapshotOperation(serverID: server, packageName: "com.example.app", limit: 500)),
            .init(ShowBandwidthDetailOperation(limit: 100)),
            .init(UpdateBandwidthOperation(bandwidthID: "b-1", size: 300)),
            .init(ListProjectTagsOperation(limit: 100)),
            .init(ListResourceTagsOperation(serverID: server)),
            .init(
                ListResourceInstancesOperation(
                    tags: [TagValues(key: "k", values: ["v"])], resourceName: "rack-1", isUntagged: false, limit: 1000)),
            .init(BatchCreateTagsOperation(serverID: server, tags: [ResourceTag(key: "k", value: "v")])),
            .init(BatchDeleteTagsOperation(serverID: server, tags: [ResourceTag(key: "k", value: "v")])),
        ] + more
}
