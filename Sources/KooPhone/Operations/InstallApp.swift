public import CloudPhone
public import JSON
import Secrets

/// Installs an APK that the instances get by a link.
public struct InstallAppOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "InstallApp", .post, "/v1/instances/app/install",
        body: [
            InstanceRules.ids("instance_id_list"),
            .text("install_package_url").ruled(.characters(1...4096, of: "the link"), "where the APK is").required,
            .text("object_name").ruled(.package, "the package").required, .text("object_version").required,
            .text("object_size").ruled(.characters(1...20, of: "the size"), "in MB").required,
            .text("file_name").ruled(.characters(5...255, of: "the name"), "ends in .apk").required,
            .text("biz_type").ruled(.oneOf(["apk"])).required, .text("content_type"),
            .text("content_md5").ruled(.characters(1...64, of: "the MD5")).required,
            .text("fast_install").ruled(.oneOf(["0", "1"])),
        ], answer: Self.answer, hazard: .change, startsJobs: true,
        permission: .action("koophone:cloudphoneResource:instanceAppInstall"), service: .koophone())
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.instance
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.install

    /// What is installed.
    public var file: InstallFile
    /// The instances, at most 100.
    public var instanceIDs: [String]
    /// `0` or `1`; nil for what the service does by itself.
    public var fastInstall: String?

    /// Names what is wanted.
    public init(file: InstallFile, instanceIDs: [String], fastInstall: String? = nil) {
        self.file = file
        self.instanceIDs = instanceIDs
        self.fastInstall = fastInstall
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "instance_id_list": .array(instanceIDs.map(JSONValue.text)),
            "install_package_url": .text(file.link.reveal { $0 }), "object_name": .text(file.package),
            "object_version": .text(file.version), "object_size": .text(file.megabytes),
            "file_name": .text(file.name), "biz_type": "apk",
            "content_type": .text(InstallFile.contentType), "content_md5": .text(file.md5),
            "fast_install": fastInstall.map(JSONValue.text),
        ]
    }

    /// Reads an answer.
    public static func answer(reading fields: AnswerFields) throws(AnswerFault) -> StartedCall {
        try StartedCall(readingTask: fields)
    }

    /// Looks at what no field shows alone.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try InstanceRules.check(given, "instance_id_list")
        guard given["file_name"]?.text?.hasSuffix(".apk") == true else {
            throw CheckFault("the name of the file does not end in .apk")
        }
    }
}
