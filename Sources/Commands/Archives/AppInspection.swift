import APK
import Farm
import Reports

/// What `drover inspect` tells of an app.
struct AppInspection {
    let file: String
    let app: AppBundle

    private var bytes: UInt64 { app.parts.reduce(0) { $0 + $1.apk.sizeInBytes } }
    private var abis: [String] { Set(app.parts.flatMap(\.apk.abis)).sorted() }

    var text: String {
        let manifest = app.manifest
        var facts = TextTable([("", .left), ("", .left)])
        facts.add(["package", manifest.package])
        facts.add(["version", "\(manifest.versionName.isEmpty ? "?" : manifest.versionName) (\(manifest.versionCode))"])
        facts.add(["Android", "SDK \(manifest.minSDK) and up, made for \(manifest.targetSDK)"])
        facts.add(["processors", abis.isEmpty ? "all: no native code" : abis.joined(separator: ", ")])
        for signer in app.base.apk.signers { facts.add(["signer", "SHA-256 \(signer)"]) }
        facts.add(["signature", "scheme \(app.base.apk.signatureScheme)"])
        if let activity = manifest.launchableActivity { facts.add(["starts with", activity]) }
        let marks = [
            manifest.isTestOnly ? "for tests only" : nil, manifest.isDebuggable ? "debuggable" : nil,
            manifest.requiresSplits ? "needs its splits" : nil,
        ].compactMap { $0 }
        if !marks.isEmpty { facts.add(["marks", marks.joined(separator: ", ")]) }
        var parts = TextTable([("part", .left), ("split", .left), ("size", .right)])
        for part in app.parts {
            parts.add([
                part.name, part.apk.manifest.split ?? "base", "\(ByteCount(Int(clamping: part.apk.sizeInBytes)))",
            ])
        }
        let noun = app.parts.count == 1 ? "APK" : "APKs"
        var lines = ["\(Escaping.line(file)): an app of \(app.parts.count) \(noun); \(ByteCount(Int(clamping: bytes)))"]
        lines += facts.lines(indent: "  ")
        if app.parts.count > 1 { lines += parts.lines(indent: "  ") }
        for name in app.otherFiles { lines.append("  not installed, but inside: \(Escaping.line(name))") }
        return lines.map { $0 + "\n" }.joined()
    }

    var json: String {
        func quoted(_ text: String) -> String { JSONReport.quoted(text) }
        func list(_ texts: [String]) -> String { "[\(texts.map(quoted).joined(separator: ", "))]" }
        let manifest = app.manifest
        let parts = app.parts.map { part in
            "    {\"name\": \(quoted(part.name)), \"split\": \(part.apk.manifest.split.map(quoted) ?? "null"), "
                + "\"bytes\": \(part.apk.sizeInBytes), \"abis\": \(list(part.apk.abis))}"
        }
        return """
            {
              "kind": "app", "file": \(quoted(file)), "bytes": \(bytes),
              "package": \(quoted(manifest.package)), "version-name": \(quoted(manifest.versionName)), \
            "version-code": \(manifest.versionCode),
              "min-sdk": \(manifest.minSDK), "target-sdk": \(manifest.targetSDK), "abis": \(list(abis)),
              "signers": \(list(app.base.apk.signers.map { "\($0)" })), "signature-scheme": \(app.base.apk.signatureScheme),
              "test-only": \(manifest.isTestOnly), "debuggable": \(manifest.isDebuggable), \
            "requires-splits": \(manifest.requiresSplits),
              "parts": [
            \(parts.joined(separator: ",\n"))
              ],
              "other-files": \(list(app.otherFiles))
            }

            """
    }
}
