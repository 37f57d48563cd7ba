import ADB
import ADBWire
import Farm
import Lanes
import Synchronization

/// Deliveries as they were framed for the wire, each once for all phones that get the same.
///
/// A push of two thousand files to a thousand phones would otherwise frame two million. The last few are kept: phones of
/// one run are at the same two or three steps at a time.
final class PushScripts: Sendable {
    private struct Kept {
        let files: [FileToPush]
        let features: FeatureSet
        let script: PushScript
    }
    private static let most = 4
    private let kept = Mutex<[Kept]>([])

    /// The framed delivery, from memory when the same was asked for before.
    ///
    /// - Throws: `ADBError` with `unsupported` when a path is longer than the protocol carries.
    func script(for files: [FileToPush], features: FeatureSet) throws(ADBError) -> PushScript {
        let known = kept.withLock { kept in
            kept.first { $0.features == features && Self.isSame($0.files, files) }
        }
        if let known { return known.script }
        // Two phones that come at the same moment may both frame it; that is dearer than a lock held meanwhile, once.
        let script = try PushScript(files.map(Self.item), features: features)
        kept.withLock { kept in
            if kept.count == Self.most { kept.removeFirst() }
            kept.append(Kept(files: files, features: features, script: script))
        }
        return script
    }

    private static func item(_ file: FileToPush) -> PushItem {
        let content: PushItem.Content =
            switch file.content {
            case .bytes(let bytes): .bytes(bytes)
            case .link(let target): .link(to: target)
            case .folder: .folder
            }
        return PushItem(path: file.path.path, content: content, mode: file.mode, modified: file.modified)
    }

    private static func isSame(_ left: [FileToPush], _ right: [FileToPush]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy(isSame)
    }

    private static func isSame(_ left: FileToPush, _ right: FileToPush) -> Bool {
        guard left.path == right.path, left.mode == right.mode, left.modified == right.modified else { return false }
        switch (left.content, right.content) {
        case (.bytes(let left), .bytes(let right)): return left === right
        case (.link(let left), .link(let right)): return left == right
        case (.folder, .folder): return true
        case (.bytes, _), (.link, _), (.folder, _): return false
        }
    }
}
