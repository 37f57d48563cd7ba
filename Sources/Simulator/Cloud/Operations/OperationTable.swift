import JSON

/// All operations of the service.
enum OperationTable {
    static let all: [CloudRoute] = servers + phones + commands + sharing + tags + orders + images

    private static let base = "/v1/{project_id}/cloud-phone"
    private static let tagged = "/v1/{project_id}/{resource_type}"

    private static let servers: [CloudRoute] = [
        CloudRoute("ListCloudPhoneServers", "GET", "\(base)/servers") { try await $0.listServers($1) },
        CloudRoute("ShowCloudPhoneServerDetail", "GET", "\(base)/servers/{server_id}") { try await $0.showServer($1) },
        CloudRoute("ListCloudPhoneServerModels", "GET", "\(base)/server-models") { try await $0.listServerModels($1) },
        CloudRoute("ListCloudPhoneServerModelOfferings", "GET", "/v1/{project_id}/server-model-offerings") {
            try await $0.listOfferings($1)
        },
        CloudRoute("RestartCloudPhoneServer", "POST", "\(base)/servers/batch-restart") {
            try await $0.restartServers($1)
        },
        CloudRoute("UpdateServerName", "PUT", "\(base)/servers/{server_id}") { try await $0.renameServer($1) },
        CloudRoute("UpdateKeypair", "PUT", "\(base)/servers/open-access") { try await $0.updateKeypair($1) },
        CloudRoute("ListEncodeServers", "GET", "\(base)/encode-servers") { try await $0.listEncoders($1) },
        CloudRoute("RestartEncodeServer", "POST", "\(base)/encode-servers/batch-restart") {
            try await $0.restartEncoders($1)
        },
        CloudRoute("ShowBandwidthDetail", "GET", "\(base)/bandwidths") { try await $0.showBandwidths($1) },
        CloudRoute("UpdateBandwidth", "PUT", "\(base)/bandwidths/{band_width_id}") { try await $0.updateBandwidth($1) },
    ]

    private static let phones: [CloudRoute] = [
        CloudRoute("ListCloudPhones", "GET", "\(base)/phones") { try await $0.listPhones($1) },
        CloudRoute("ShowCloudPhoneDetail", "GET", "\(base)/phones/{phone_id}") { try await $0.showPhone($1) },
        CloudRoute("BatchShowPhoneConnectInfos", "POST", "\(base)/phones/batch-connection", isWrite: false) {
            try await $0.showConnections($1)
        },
        CloudRoute("ListCloudPhoneModels", "GET", "\(base)/phone-models") { try await $0.listPhoneModels($1) },
        CloudRoute("ListCloudPhoneImages", "GET", "\(base)/phone-images") { try await $0.listPhoneImages($1) },
        CloudRoute("RestartCloudPhone", "POST", "\(base)/phones/batch-restart") { try await $0.restartPhones($1) },
        CloudRoute("StopCloudPhone", "POST", "\(base)/phones/batch-stop") { try await $0.stopPhones($1) },
        CloudRoute("ResetCloudPhone", "POST", "\(base)/phones/batch-reset") { try await $0.resetPhones($1) },
        CloudRoute("UpdatePhoneName", "PUT", "\(base)/phones/{phone_id}") { try await $0.renamePhone($1) },
        CloudRoute("UpdateCloudPhoneProperty", "POST", "\(base)/phones/batch-update-property") {
            try await $0.updateProperties($1)
        },
        CloudRoute("BatchExportCloudPhoneData", "POST", "\(base)/phones/batch-storage") {
            try await $0.exportPhones($1)
        },
        CloudRoute("BatchImportCloudPhoneData", "POST", "\(base)/phones/batch-restore") {
            try await $0.importPhones($1)
        },
        CloudRoute("ShowJob", "GET", "\(base)/jobs/{job_id}") { try await $0.showJob($1) },
        CloudRoute("ListJobs", "GET", "\(base)/jobs") { try await $0.listJobs($1) },
    ]

    private static let commands: [CloudRoute] =
        [
            ("InstallApk", ["install", "install-multiple"]), ("UninstallApk", ["uninstall"]), ("PushFile", ["push"]),
            ("RunShellCommand", ["shell"]),
        ].map { name, words in
            CloudRoute(
                name, "POST", "\(base)/phones/commands", when: { words.contains($0["command"]?.text ?? "") },
                { try await $0.runCommand($1) })
        } + [
            CloudRoute("RunSyncCommand", "POST", "\(base)/phones/sync-commands") { try await $0.runSyncCommand($1) }
        ]

    private static let sharing: [CloudRoute] = [
        CloudRoute("PushShareFiles", "POST", "\(base)/phones/share-files", when: { $0["file_paths"] == nil }) {
            try await $0.pushSharedFiles($1)
        },
        CloudRoute("DeleteShareFiles", "POST", "\(base)/phones/share-files", when: { $0["file_paths"] != nil }) {
            try await $0.deleteSharedFiles($1)
        },
        CloudRoute("ListShareFiles", "GET", "\(base)/servers/share-files") { try await $0.listSharedFiles($1) },
        CloudRoute("PushShareApps", "POST", "\(base)/phones/share-apps") { try await $0.pushSharedApps($1) },
        CloudRoute("DeleteShareApps", "DELETE", "\(base)/phones/share-apps") { try await $0.deleteSharedApps($1) },
        CloudRoute("ListShareAppsSnapshot", "GET", "/v1/{project_id}/servers/{server_id}/share-apps-snapshot") {
            try await $0.listSharedApps($1)
        },
    ]

    private static let tags: [CloudRoute] = [
        CloudRoute("ListProjectTags", "GET", "\(tagged)/tags") { try await $0.listProjectTags($1) },
        CloudRoute("ListResourceTags", "GET", "\(tagged)/{resource_id}/tags") { try await $0.listServerTags($1) },
        CloudRoute("ListResourceInstances", "POST", "\(tagged)/resource_instances/action", isWrite: false) {
            try await $0.findTagged($1)
        },
        CloudRoute(
            "BatchCreateTags", "POST", "\(tagged)/{resource_id}/tags/action",
            when: { $0["action"]?.text == "create" }, { try await $0.createTags($1) }),
        CloudRoute(
            "BatchDeleteTags", "POST", "\(tagged)/{resource_id}/tags/action",
            when: { $0["action"]?.text == "delete" }, { try await $0.deleteTags($1) }),
    ]

    private static let orders: [CloudRoute] = [
        CloudRoute("CreateNet2CloudPhoneServer", "POST", "/v2/{project_id}/cloud-phone/servers") {
            try await $0.buyServers($1)
        },
        CloudRoute("CreateCloudPhoneSingleServer", "POST", "/v2.1/{project_id}/cloud-phone/servers") {
            try await $0.buyBareServers($1)
        },
        CloudRoute("DeleteCloudPhoneServer", "DELETE", "/v2/{project_id}/cloud-phone/servers") {
            try await $0.deleteServers($1)
        },
        CloudRoute("ChangeCloudPhoneServer", "POST", "/v2/{project_id}/cloud-phone/servers/{server_id}/change") {
            try await $0.changeServer($1)
        },
        CloudRoute("ChangeCloudPhoneServerModel", "POST", "\(base)/servers/change-server-model") {
            try await $0.changeServerModel($1)
        },
        CloudRoute("AttachShareFilesystem", "POST", "/v1/{project_id}/servers/attach-share-filesystem") {
            try await $0.attach($1)
        },
        CloudRoute("DetachShareFilesystem", "POST", "/v1/{project_id}/servers/detach-share-filesystem") {
            try await $0.detach($1)
        },
        CloudRoute("ListScheduledEvents", "GET", "\(base)/scheduled-events") { try await $0.listEvents($1) },
        CloudRoute("AuthorizeScheduledEvent", "POST", "\(base)/scheduled-events/{event_id}/authorize") {
            try await $0.authorizeEvent($1)
        },
        CloudRoute("UpdateScheduledEvent", "PUT", "\(base)/scheduled-events/{event_id}") {
            try await $0.updateEvent($1)
        },
        CloudRoute("ImportTraffic", "POST", "\(base)/phones-traffic") { try await $0.routeTraffic($1) },
        CloudRoute("ExpandPhoneDataVolumeSize", "POST", "\(base)/phones/expand-volume") {
            try await $0.expandDisks($1)
        },
    ]

    private static let images: [CloudRoute] = [
        CloudRoute("ListImages", "GET", "\(base)/images") { try await $0.listImages($1) },
        CloudRoute("DeleteImage", "DELETE", "\(base)/images/{image_id}") { try await $0.deleteImage($1) },
        CloudRoute("AddImageMember", "POST", "\(base)/images/{image_id}/members") { try await $0.addImageMember($1) },
        CloudRoute("ListImageMembers", "GET", "\(base)/images/{image_id}/members") {
            try await $0.listImageMembers($1)
        },
        CloudRoute("UpdateImageMember", "PUT", "\(base)/images/{image_id}/members") { try await $0.answerOffer($1) },
        CloudRoute("DeleteImageMember", "DELETE", "\(base)/images/{image_id}/members/{member_id}") {
            try await $0.deleteImageMember($1)
        },
    ]
}
