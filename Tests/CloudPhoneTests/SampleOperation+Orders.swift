import CloudPhone
import JSON

extension SampleOperation {
    private static let phone = SampleID.numbered(1)
    private static let server = SampleID.numbered(1, "b")
    private static let project = SampleID.numbered(2, "f")

    static let terms = PurchaseTerms(
        .months(9), isPaidByUse: true, paysAtOnce: true, renewsItself: false, enterpriseProjectID: "0")

    static let layout: PhoneLayout = {
        var layout = PhoneLayout(
            phoneModelName: "rx1.cp.c60.d46SSD.e1v1", imageID: "i", vpcID: "3f1c6a52-0000-4000-8000-000000000001",
            nics: [ServerNIC(subnetID: "3f1c6a52-0000-4000-8000-000000000002", hasIPv6: true, ipv6BandwidthID: "b")],
            publicAddress: .new(type: "5_bgp"), bandwidth: .own(size: 300), keypairName: "pair",
            ports: [PhonePort(name: "game", listenPort: 10_000, isPublic: true)])
        layout.phonesPerAddress = 1
        layout.phoneVolume = VolumeWish(size: 1)
        layout.sharedVolume = VolumeWish(type: "GPSSD", size: 10)
        layout.availabilityZone = "cn-north-4a"
        layout.property = "{}"
        return layout
    }()

    private static let bare: CreateCloudPhoneSingleServerOperation = {
        var bare = CreateCloudPhoneSingleServerOperation(
            serverName: "rack", serverModelName: "physical.rx1.xlarge", count: 2, terms: terms,
            nics: [ServerNIC(subnetID: "s", hasIPv6: false, ipv6BandwidthID: "b")], publicAddress: .existing(id: "e"),
            bandwidth: .shared(id: "b", isPaidByTraffic: true), keypairName: "pair")
        bare.availabilityZone = "cn-north-4a"
        bare.dataVolume = VolumeWish(size: 100)
        bare.dataVolumeCount = 2
        bare.imageID = "i"
        return bare
    }()

    /// One of each that buys, changes and shares things.
    static let more: [SampleOperation] = [
        .init(ListCloudPhoneServerModelOfferingsOperation(limit: 1000)),
        .init(
            CreateNet2CloudPhoneServerOperation(
                serverName: "rack", serverModelName: "physical.rx1.xlarge", count: 10, terms: terms, layout: layout)),
        .init(bare),
        .init(DeleteCloudPhoneServerOperation(serverIDs: [server])),
        .init(ChangeCloudPhoneServerOperation(serverID: server, layout: layout, enterpriseProjectID: "0")),
        .init(
            ChangeCloudPhoneServerModelOperation(
                serverID: server, serverModelName: "physical.rx1.2xlarge", phoneModelName: "p", paysAtOnce: true)),
        .init(AttachShareFilesystemOperation(fileSystemID: "fs-1", serverIDs: [server], path: "/builds")),
        .init(DetachShareFilesystemOperation(fileSystemID: "fs-1", serverIDs: [server])),
        .init(
            ListScheduledEventsOperation(
                eventID: "e-1", serverID: server, publishedSince: "2026-01-02T03:04:05Z",
                publishedUntil: "2026-01-03T03:04:05Z", states: ["inquiring", "scheduled"],
                types: ["localdisk-recovery"], limit: 100)),
        .init(
            AuthorizeScheduledEventOperation(
                eventID: "e-1", permission: .maintenance(notBefore: "2026-01-02T03:04:05Z"))),
        .init(UpdateScheduledEventOperation(eventID: "e-1", notBefore: nil)),
        .init(BatchShowPhoneConnectInfosOperation(phoneIDs: [phone], clientType: .android)),
        .init(ImportTrafficOperation(phoneIDs: [phone], isRouted: true)),
        .init(ExpandPhoneDataVolumeSizeOperation(phoneIDs: [phone], newSize: 32_767)),
        .init(
            ListImagesOperation(
                imageType: "share", status: 1, imageID: "i", imageName: "n", createSince: 1, createUntil: 2,
                sourceProjectID: project, limit: 100)),
        .init(DeleteImageOperation(imageID: "i")),
        .init(AddImageMemberOperation(imageID: "i", projectID: project)),
        .init(ListImageMembersOperation(imageID: "i", limit: 100)),
        .init(UpdateImageMemberOperation(imageID: "i", isAccepted: true)),
        .init(DeleteImageMemberOperation(imageID: "i", projectID: project)),
    ]
}
