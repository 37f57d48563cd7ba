import SourceText

/// Every operation of the service, for those who know them only by name.
public enum OperationCatalog {
    /// All of them, group by group as in the service's documents.
    public static let all: [CatalogedOperation] =
        servers + bandwidth + phones + jobs + commands + sharing + tags + images

    /// The operation of that name.
    ///
    /// - Throws: ``CheckFault`` with the name that was probably meant.
    public static func operation(named name: String) throws(CheckFault) -> CatalogedOperation {
        if let operation = table[name] { return operation }
        throw CheckFault(
            "the service has no operation `\(name.prefix(80))`", advice: suggestion(for: name, among: table.keys))
    }

    private static let table = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static let servers = [
        CatalogedOperation(ListCloudPhoneServersOperation.self),
        CatalogedOperation(ShowCloudPhoneServerDetailOperation.self),
        CatalogedOperation(ListCloudPhoneServerModelsOperation.self),
        CatalogedOperation(ListCloudPhoneServerModelOfferingsOperation.self),
        CatalogedOperation(CreateNet2CloudPhoneServerOperation.self),
        CatalogedOperation(CreateCloudPhoneSingleServerOperation.self),
        CatalogedOperation(DeleteCloudPhoneServerOperation.self),
        CatalogedOperation(RestartCloudPhoneServerOperation.self),
        CatalogedOperation(ChangeCloudPhoneServerOperation.self),
        CatalogedOperation(ChangeCloudPhoneServerModelOperation.self),
        CatalogedOperation(UpdateServerNameOperation.self),
        CatalogedOperation(AttachShareFilesystemOperation.self),
        CatalogedOperation(DetachShareFilesystemOperation.self),
        CatalogedOperation(ListScheduledEventsOperation.self),
        CatalogedOperation(AuthorizeScheduledEventOperation.self),
        CatalogedOperation(UpdateScheduledEventOperation.self),
    ]

    private static let bandwidth = [
        CatalogedOperation(ShowBandwidthDetailOperation.self), CatalogedOperation(UpdateBandwidthOperation.self),
    ]

    private static let phones = [
        CatalogedOperation(ListCloudPhonesOperation.self), CatalogedOperation(ShowCloudPhoneDetailOperation.self),
        CatalogedOperation(BatchShowPhoneConnectInfosOperation.self),
        CatalogedOperation(ListCloudPhoneModelsOperation.self), CatalogedOperation(ListCloudPhoneImagesOperation.self),
        CatalogedOperation(RestartCloudPhoneOperation.self), CatalogedOperation(StopCloudPhoneOperation.self),
        CatalogedOperation(ResetCloudPhoneOperation.self), CatalogedOperation(UpdatePhoneNameOperation.self),
        CatalogedOperation(UpdateCloudPhonePropertyOperation.self),
        CatalogedOperation(BatchExportCloudPhoneDataOperation.self),
        CatalogedOperation(BatchImportCloudPhoneDataOperation.self),
        CatalogedOperation(ImportTrafficOperation.self), CatalogedOperation(ExpandPhoneDataVolumeSizeOperation.self),
    ]

    private static let jobs = [
        CatalogedOperation(ShowJobOperation.self), CatalogedOperation(ListJobsOperation.self),
        CatalogedOperation(UpdateKeypairOperation.self), CatalogedOperation(ListEncodeServersOperation.self),
        CatalogedOperation(RestartEncodeServerOperation.self),
    ]

    private static let commands = [
        CatalogedOperation(InstallApkOperation.self), CatalogedOperation(UninstallApkOperation.self),
        CatalogedOperation(PushFileOperation.self), CatalogedOperation(RunShellCommandOperation.self),
        CatalogedOperation(RunSyncCommandOperation.self),
    ]

    private static let sharing = [
        CatalogedOperation(PushShareFilesOperation.self), CatalogedOperation(DeleteShareFilesOperation.self),
        CatalogedOperation(ListShareFilesOperation.self), CatalogedOperation(PushShareAppsOperation.self),
        CatalogedOperation(DeleteShareAppsOperation.self), CatalogedOperation(ListShareAppsSnapshotOperation.self),
    ]

    private static let tags = [
        CatalogedOperation(ListProjectTagsOperation.self), CatalogedOperation(ListResourceTagsOperation.self),
        CatalogedOperation(ListResourceInstancesOperation.self), CatalogedOperation(BatchCreateTagsOperation.self),
        CatalogedOperation(BatchDeleteTagsOperation.self),
    ]

    private static let images = [
        CatalogedOperation(ListImagesOperation.self), CatalogedOperation(DeleteImageOperation.self),
        CatalogedOperation(AddImageMemberOperation.self), CatalogedOperation(ListImageMembersOperation.self),
        CatalogedOperation(UpdateImageMemberOperation.self), CatalogedOperation(DeleteImageMemberOperation.self),
    ]
}
