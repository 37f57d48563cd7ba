import DequeModule
import Lanes

/// The jobs that one call started on one server; they run together, and no others of the server beside them.
struct ServerWork {
    /// Does one job, of the target with this id.
    typealias Deed = @Sendable (String) async -> JobOutcome

    let kind: JobKind
    let jobs: [CloudJob]
    let deed: Deed
}

extension SimulatedCloud {
    /// Puts jobs into the queues of their servers.
    func enqueue(_ kind: JobKind, _ jobs: [(job: CloudJob, server: CloudServer)], _ deed: @escaping ServerWork.Deed) {
        for server in servers {
            let own = jobs.filter { $0.server === server }.map(\.job)
            guard !own.isEmpty else { continue }
            server.queue.append(ServerWork(kind: kind, jobs: own, deed: deed))
            guard !server.isWorking else { continue }
            server.isWorking = true
            let id = server.id
            keep(Task(executorPreference: lane) { [weak self] in await self?.work(id) }, of: id)
        }
    }

    private func work(_ id: String) async {
        guard let server = serverTable[id] else { return }
        while let work = server.queue.popFirst() {
            let tasks = work.jobs.enumerated().map { place, job in
                // Pushes of one server take as much longer as there are more of them (Cloud Phone API, limits).
                let turns = work.kind == .push ? place + 1 : 1
                job.begin(at: seconds)
                let (id, kind, deed) = (job.id, work.kind, work.deed)
                return Task(executorPreference: lane) { [weak self] in await self?.run(id, kind, turns: turns, deed) }
            }
            for task in tasks {
                await withTaskCancellationHandler {
                    await task.value
                } onCancel: {
                    task.cancel()
                }
            }
        }
        server.isWorking = false
    }

    private func run(_ id: String, _ kind: JobKind, turns: Int, _ deed: @escaping ServerWork.Deed) async {
        guard let job = jobs[id] else { return }
        var duration = options.durations.duration(of: kind) * turns
        switch fault(of: job.target) {
        // Nobody waits for it, so that the server's other work goes on.
        case .endless: return
        case .slow(let factor): duration *= factor
        default: break
        }
        if duration > .zero {
            // A cloud that stops leaves its jobs where they are.
            do { try await lane.sleep(for: duration) } catch { return }
        }
        var outcome: JobOutcome
        if case .fails(let code) = fault(of: job.target) {
            outcome = .failure(.code(code))
            settle(job.target)
        } else {
            outcome = await deed(job.target.id)
        }
        if case .phone(let phone) = job.target, phoneTable[phone]?.fault == .frozen {
            outcome = .failure(.cps(53))
        }
        job.end(outcome, at: seconds)
    }

    private func fault(of target: JobTarget) -> CloudPhoneFault? {
        guard case .phone(let id) = target else { return nil }
        return phoneTable[id]?.fault
    }

    /// What a phone is after a restart, stop or reset that did nothing.
    private func settle(_ target: JobTarget) {
        guard case .phone(let id) = target, let phone = phoneTable[id] else { return }
        switch phone.status {
        case .resetting: phone.status = .resetFailed
        case .restarting: phone.status = .restartFailed
        case .stopping: phone.status = .running
        default: break
        }
    }
}
