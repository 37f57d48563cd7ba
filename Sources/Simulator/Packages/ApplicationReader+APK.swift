import APK

extension ApplicationReader {
    /// A reader of real APKs.
    static func apk() -> ApplicationReader {
        ApplicationReader { content in
            content.withBytes { bytes in
                do throws(APKError) {
                    return .success(ApplicationFile(try APKFile(bytes: bytes, name: "base.apk")))
                } catch {
                    return .failure(InstallRefusal(error))
                }
            }
        }
    }
}

extension ApplicationFile {
    init(_ apk: APKFile) {
        let manifest = apk.manifest
        self.init(
            package: manifest.package, split: manifest.split, versionCode: manifest.versionCode,
            versionName: manifest.versionName, minSDK: manifest.minSDK, targetSDK: manifest.targetSDK,
            isTestOnly: manifest.isTestOnly, isDebuggable: manifest.isDebuggable,
            requiresSplits: manifest.requiresSplits,
            permissions: manifest.permissions, launcher: manifest.launchableActivity,
            activities: manifest.launchableActivity.map { [$0] } ?? [], signer: apk.signer)
    }
}

extension InstallRefusal {
    /// What Android says of an APK that cannot be read.
    init(_ error: APKError) {
        switch error.code {
        case .noManifest, .badManifest:
            self.init("INSTALL_PARSE_FAILED_BAD_MANIFEST", "Failed to parse /data/app/vmdl1.tmp/base.apk")
        case .notSigned, .badSignature:
            self.init(
                "INSTALL_PARSE_FAILED_NO_CERTIFICATES",
                "Failed to collect certificates from /data/app/vmdl1.tmp/base.apk: "
                    + "Attempt to get length of null array")
        case .truncated, .damaged: self.init("INSTALL_FAILED_INVALID_APK", "Failed to extract native libraries, res=-2")
        default: self = ApplicationReader.notAnAPK
        }
    }
}
