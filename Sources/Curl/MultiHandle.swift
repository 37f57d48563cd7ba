import CCurl
import Glibc
import Lanes

// Sendable: touched only on the lane once it is made.

/// Owns one `CURLM *` and runs its transfers on a lane, by the sockets and the timer that it asks for.
///
/// Nothing of `curl_multi_*` is called from within the library's callbacks: they only note what is wanted.
final class MultiHandle: @unchecked Sendable {
    private let lane: Lane
    private var multi: UnsafeMutableRawPointer?
    private var watches: [CInt: DescriptorWatch] = [:]
    private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]
    private var timer: LaneTimer?
    /// Counts the library's wishes for a timer, so that an older one is not granted.
    private var timerWish = 0

    init(lane: Lane, options: HTTPClientOptions) throws(HTTPError) {
        guard Library.isReady, let multi = curl_multi_init() else {
            throw HTTPError(.unavailable, "start libcurl", "out of memory")
        }
        self.lane = lane
        self.multi = multi
        let context = Unmanaged.passUnretained(self).toOpaque()
        drover_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        drover_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        drover_multi_set_sockets(multi) { _, descriptor, wish, context, _ in
            if let context { MultiHandle.lent(context).wantsSocket(descriptor, wish) }
            return 0
        }
        drover_multi_set_timer(multi) { _, milliseconds, context in
            if let context { MultiHandle.lent(context).wantsTimer(after: milliseconds) }
            return 0
        }
        drover_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.connectionsPerHost)
        // As many idle connections as one host may have; the default of four per transfer would close most of them.
        drover_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(16, options.connectionsPerHost))
    }

    private static func lent(_ context: UnsafeMutableRawPointer) -> MultiHandle {
        Unmanaged<MultiHandle>.fromOpaque(context).takeUnretainedValue()
    }

    /// Ends what is left and closes idle connections.
    func close() {
        lane.preconditionOnLane()
        for transfer in transfers.values { abandon(transfer, CancellationError()) }
        if let multi { curl_multi_cleanup(multi) }
        multi = nil
        wantsTimer(after: -1)
        for watch in watches.values { watch.cancel() }
        watches = [:]
    }

    deinit { assert(multi == nil, "a multi handle was never closed") }

    // MARK: Transfers

    /// Puts a transfer on the wire.
    func start(_ transfer: Transfer, deadline: LaneInstant?) {
        lane.preconditionOnLane()
        guard let multi else { return transfer.abandon(CancellationError()) }
        transfers[transfer.easy.pointer] = transfer
        transfer.startLimits(deadline: deadline) { [weak self, weak transfer] error in
            if let self, let transfer { abandon(transfer, error) }
        }
        let status = curl_multi_add_handle(multi, transfer.easy.pointer)
        guard status != CURLM_OK else { return }
        transfers[transfer.easy.pointer] = nil
        let words = String(cString: curl_multi_strerror(status))
        transfer.abandon(HTTPError(.unavailable, transfer.request.operation, words))
    }

    /// Takes a transfer off the wire, whose connection is closed unless others use it.
    func abandon(_ transfer: Transfer, _ error: any Error) {
        lane.preconditionOnLane()
        guard let multi, transfers.removeValue(forKey: transfer.easy.pointer) != nil else { return }
        curl_multi_remove_handle(multi, transfer.easy.pointer)
        transfer.abandon(error)
    }

    private func collectEnds() {
        guard let multi else { return }
        var left: CInt = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let status = message.pointee.data.result
            curl_multi_remove_handle(multi, easy)
            transfers.removeValue(forKey: easy)?.finish(status)
        }
    }

    // MARK: Readiness and time

    private func act(_ descriptor: CInt, _ events: CInt) {
        guard let multi else { return }
        var running: CInt = 0
        curl_multi_socket_action(multi, descriptor, events, &running)
        collectEnds()
    }

    private func wantsSocket(_ descriptor: CInt, _ wish: CInt) {
        guard wish != CURL_POLL_REMOVE else {
            // At once: the library closes the socket next, and its number may come back.
            watches.removeValue(forKey: descriptor)?.cancel()
            return
        }
        let readable = wish & CURL_POLL_IN != 0
        let writable = wish & CURL_POLL_OUT != 0
        if let watch = watches[descriptor] {
            watch.change(readable: readable, writable: writable)
        } else {
            // Without a place in the set the transfer makes no progress, and its limits end it.
            watches[descriptor] = try? DescriptorWatch(descriptor, on: lane, readable: readable, writable: writable) {
                [weak self] readable, writable, failed in
                let events =
                    (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0)
                    | (failed ? CURL_CSELECT_ERR : 0)
                self?.act(descriptor, events)
            }
        }
    }

    private func wantsTimer(after milliseconds: Int) {
        timer?.cancel()
        timer = nil
        timerWish &+= 1
        guard milliseconds >= 0 else { return }
        let wish = timerWish
        let fire: @Sendable () -> Void = { [weak self] in
            guard let self, timerWish == wish else { return }
            act(CURL_SOCKET_TIMEOUT, 0)
        }
        if milliseconds == 0 {
            lane.run(fire)
        } else {
            timer = lane.schedule(after: .milliseconds(milliseconds), fire)
        }
    }
}
