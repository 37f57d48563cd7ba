import Farm
import Lanes
import PlaybookLanguage
import SourceText
import Steps

/// Opens everything local that a plan delivers, so that what is missing or broken is known before a phone is touched.
struct PayloadCheck {
    private struct Key: Hashable {
        let kind: PayloadRequest.Kind
        let source: PayloadRequest.Source
    }

    private let payloads: any PayloadProviding
    private var seen: Set<Key> = []
    private var reported: Set<SourceSpan> = []
    private(set) var summaries: [PayloadSummary] = []
    private(set) var traffic = TrafficCount()
    private(set) var diagnostics = Diagnostics()
    /// What was opened, by its size.
    private var sizes: [PayloadRequest.Source: UInt64] = [:]
    /// Whose turn it is.
    private var target: PlannedTarget?
    /// Whether it is known that what is looked at is for that target.
    private var isSure = true

    init(payloads: any PayloadProviding) {
        self.payloads = payloads
    }

    /// Looks at every step of a play on every target; what is the same for many is opened once.
    mutating func look(at play: PlannedPlay, for targets: [PlannedTarget], shared: SharedScope) {
        let entries = play.steps.map { ($0, true) } + play.onFailure.map { ($0, false) }
        for (entry, isForAll) in entries {
            for target in targets where !target.isUndecided {
                var scope = Scope(shared, phone: target.fields, phoneVariables: target.variables)
                scope.playVariables = play.variables
                self.target = target
                isSure = isForAll
                look(at: entry, in: scope)
            }
        }
    }

    private mutating func look(at entry: PlannedEntry, in scope: Scope) {
        switch entry {
        case .step(let step):
            guard let loop = step.loop else { return look(at: step, in: step.scope(in: scope)) }
            each(loop, in: scope) { check, inner in check.look(at: step, in: step.scope(in: inner)) }
        case .block(let block):
            guard let loop = block.loop else { return look(inside: block, in: scope) }
            each(loop, in: scope) { check, inner in check.look(inside: block, in: inner) }
        }
    }

    private mutating func look(inside block: PlannedBlock, in scope: Scope) {
        do throws(PlaybookError) {
            let inner = try block.scope(in: scope)
            guard try block.applies(in: inner) else { return }
            let wasSure = isSure
            defer { isSure = wasSure }
            if Self.isDecidedLater(block.when) { isSure = false }
            for entry in block.steps + block.always { look(at: entry, in: inner) }
            // Whether these have their turn is decided by what becomes of the others.
            isSure = false
            for entry in block.rescue { look(at: entry, in: inner) }
        } catch {
            report(error)
        }
    }

    /// Every member of a loop whose list is known by now.
    private mutating func each(_ loop: LoopCall, in scope: Scope, _ body: (inout PayloadCheck, Scope) -> Void) {
        do throws(PlaybookError) {
            for (index, member) in try loop.members(in: scope).enumerated() {
                body(&self, loop.scope(for: member, at: index, in: scope))
            }
        } catch {
            report(error)
        }
    }

    private mutating func look(at step: PlannedStep, in scope: Scope) {
        let wasSure = isSure
        defer { isSure = wasSure }
        if Self.isDecidedLater(step.when) { isSure = false }
        do throws(PlaybookError) {
            // Arguments count only where `when` holds: `when: inputs.assets != null`.
            guard try step.applies(in: scope) else { return }
        } catch {
            // It asks for results of earlier steps; what it guards is opened if it can be named.
            isSure = false
            report(error)
        }
        do throws(PlaybookError) {
            for request in try step.kind?.payloads(in: scope) ?? [] {
                open(request)
                // A program goes to each phone, which must be able to run it where it lies.
                guard request.kind != .program, let target, let size = sizes[request.source] else { continue }
                traffic.note(step, request.source, size: size, for: target, isSure: isSure)
            }
        } catch {
            report(error)
        }
    }

    /// What phones and earlier steps will have made of it when its turn comes.
    private static let later = ["phone", "steps", "vars", "failure", "result"]

    /// Whether a condition may become another one until its turn.
    private static func isDecidedLater(_ condition: Expression?) -> Bool {
        condition.map { condition in later.contains { condition.span.text.contains($0) } } ?? false
    }

    /// Values that only the phone or an earlier step will give are no mistakes yet.
    private mutating func report(_ error: PlaybookError) {
        guard let span = error.span else {
            diagnostics.add(error.diagnostic)
            return
        }
        guard !(Self.later + ["item"]).contains(where: { span.text.contains($0) }) else { return }
        guard reported.insert(span).inserted else { return }
        diagnostics.add(error.diagnostic)
    }

    private mutating func open(_ request: PayloadRequest) {
        guard seen.insert(Key(kind: request.kind, source: request.source)).inserted else { return }
        do throws(PayloadError) {
            switch request.kind {
            case .app:
                let app =
                    switch request.source {
                    case .path(let path): try payloads.app(at: path)
                    case .payload(let definition): try payloads.app(of: definition)
                    }
                summaries.append(PayloadSummary(app, request.source))
                sizes[request.source] = UInt64(clamping: app.size)
                warn(of: app, at: request.span)
            case .files, .tree, .program:
                let files =
                    switch request.source {
                    case .path(let path): try payloads.files(at: path)
                    case .payload(let definition): try payloads.files(of: definition)
                    }
                if request.kind == .program { _ = try ProgramFile(files) }
                guard request.kind != .tree || files.isFolder else {
                    throw PayloadError(
                        path: files.source, reason: "is a file, and `delete` needs a folder",
                        advice: "push the folder that it lies in, or leave `delete` out")
                }
                sizes[request.source] = files.size
                // All of these kinds are the same thing to people.
                let others = [PayloadRequest.Kind.files, .tree, .program].filter { $0 != request.kind }
                if !others.contains(where: { seen.contains(Key(kind: $0, source: request.source)) }) {
                    summaries.append(PayloadSummary(files, request.source))
                }
            }
        } catch {
            diagnostics.error("payload", error.description, at: request.span, help: error.advice)
        }
    }

    /// An install takes the APKs of a bundle; its expansion files would be missed by the app only when it starts.
    private mutating func warn(of app: AppPayload, at span: SourceSpan?) {
        guard let first = app.expansions.first else { return }
        let others = app.expansions.count > 1 ? " and \(app.expansions.count - 1) more" : ""
        diagnostics.warning(
            "obb", "\(app.source) holds \(first)\(others), which an install does not deliver", at: span,
            help: "unpack the bundle and push its OBB files: "
                + "`push: { from: Android/obb/\(app.package)/, to: /sdcard/Android/obb/\(app.package)/ }`")
    }
}
