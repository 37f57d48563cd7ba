import JSON
import Lanes

/// PushShareApps, DeleteShareApps and ListShareAppsSnapshot.
extension SimulatedCloud {
    func pushSharedApps(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let package = try Self.sharedPackage(call)
        let place = try ObjectPlace(call.body)
        guard place.key.hasSuffix(".tar") else { throw .parameter(135, "object_path") }
        let flag = call.body["pre_install_app"].flatMap { $0 == .null ? nil : $0 } ?? 0
        guard let number = flag.integer, (0...1).contains(number) else { throw .parameter(78, "pre_install_app") }
        let requests = try servers(of: call, most: 20, sharing: true)
        return start(.pushApp, call, requests) { [self] id in
            await putOnShelf(package, place, isPreinstalled: number == 1, of: id)
        }
    }

    private func putOnShelf(
        _ package: String, _ place: ObjectPlace, isPreinstalled: Bool, of id: String
    ) async -> JobOutcome {
        guard let server = serverTable[id] else { return .failure(.cps(156)) }
        do throws(CloudRefusal) {
            let archive = try await read(place, for: id)
            do throws(ArchiveProblem) {
                try PhoneArchive.read(archive, into: farm.contents) { _, _ in }
            } catch { return .failure(.cps(191), Array(error.text.utf8)) }
            // What is unpacked stands beside its archive for a while (Cloud Phone API, shared apps).
            guard server.shelf.usedBytes + 2 * UInt64(archive.count) <= options.sharedBytes else {
                return .failure(.cps(191), Array("No space left on device".utf8))
            }
            let version = "v\(archive.count)"
            server.shelf.put(
                .init(package: package, archive: archive, isPreinstalled: isPreinstalled, version: version))
            return .success()
        } catch { return .failure(error) }
    }

    func deleteSharedApps(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let package = try Self.sharedPackage(call)
        let requests = try servers(of: call, most: options.phonesPerCall, sharing: true)
        return start(.deleteApp, call, requests) { [self] id in await takeOffShelf(package, of: id) }
    }

    /// As long as a phone has the app, it stays, and the phones that have it are named.
    private func takeOffShelf(_ package: String, of id: String) async -> JobOutcome {
        guard let server = serverTable[id] else { return .failure(.cps(156)) }
        guard server.shelf.app(package) != nil else {
            return .failure(.parameter(173, "package_name"))
        }
        var holders: [String] = []
        for phone in server.phones where await phone.phone.hasSharedApp(package) { holders.append(phone.id) }
        guard holders.isEmpty else {
            return .failure(
                .cps(
                    173,
                    "The app \(package) is still installed on the phones: \(holders.joined(separator: ",")), "
                        + "uninstall it first."))
        }
        server.shelf.removeApp(package)
        return .success()
    }

    func listSharedApps(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let server = try server(call.path["server_id"])
        guard options.hasSharedStorage else { throw .cps(137) }
        let wanted = call.head.parameter("package_name")
        let found = server.shelf.versions.filter { wanted == nil || $0.package == wanted }
        let (part, next) = try call.page(found, most: 500, usual: 100) { $0.package }
        let apps = part.map { app -> JSONValue in
            ["package_name": .text(app.package), "versions": .array(app.versions.suffix(60).map { .text($0) })]
        }
        return CloudAnswer([
            "collect_time": .text(CloudTime.text(seconds)), "share_apps": .array(apps),
            "page_info": Self.pageInfo(next),
        ])
    }

    /// At most 128 bytes: letters, digits, `_` and dots; it begins with a letter and ends with no dot.
    private static func sharedPackage(_ call: CloudCall) throws(CloudRefusal) -> String {
        let name = try call.text("package_name", orElse: 173)
        let isRight =
            name.utf8.count <= 128 && name.contains(".") && !name.hasSuffix(".")
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
        guard isRight, let first = name.first, first.isLetter else { throw .parameter(173, "package_name") }
        return name
    }
}
