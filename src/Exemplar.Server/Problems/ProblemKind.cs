namespace Exemplar.Server.Problems;

/// <summary>One kind of error answer. The codes are part of the HTTP contract.</summary>
internal sealed record ProblemKind(int Status, string Code, string Title)
{
    public static readonly ProblemKind InvalidJson = new(400, "invalid_json", "The body is not JSON");
    public static readonly ProblemKind InvalidRequest = new(400, "invalid_request", "The request is not valid");
    public static readonly ProblemKind MissingToken = new(401, "missing_token", "An API access token is needed");
    public static readonly ProblemKind InvalidToken = new(401, "invalid_token", "The API access token is not valid");
    public static readonly ProblemKind InsufficientScope = new(403, "insufficient_scope", "The API access token may not do this");
    public static readonly ProblemKind NotFound = new(404, "not_found", "There is nothing at this address");
    public static readonly ProblemKind MonitorNotFound = new(404, "monitor_not_found", "There is no such monitor");
    public static readonly ProblemKind TokenNotFound = new(404, "token_not_found", "There is no such token");
    public static readonly ProblemKind IncidentNotFound = new(404, "incident_not_found", "There is no such incident");
    public static readonly ProblemKind ChannelNotFound = new(404, "channel_not_found", "There is no such channel");
    public static readonly ProblemKind RouteNotFound = new(404, "route_not_found", "There is no such route");
    public static readonly ProblemKind RotationNotFound = new(404, "rotation_not_found", "There is no such rotation");
    public static readonly ProblemKind DeliveryNotFound = new(404, "delivery_not_found", "There is no such delivery");
    public static readonly ProblemKind BoardNotFound = new(404, "board_not_found", "There is no such board");
    public static readonly ProblemKind MaintenanceNotFound = new(404, "maintenance_not_found", "There is no such maintenance window");
    public static readonly ProblemKind MethodNotAllowed = new(405, "method_not_allowed", "This address does not take this method");
    public static readonly ProblemKind RequestTimeout = new(408, "request_timeout", "The request took too long to arrive");
    public static readonly ProblemKind NotAHeartbeatMonitor = new(409, "not_a_heartbeat_monitor", "The monitor takes no heartbeats");
    public static readonly ProblemKind LastAdminToken = new(409, "last_admin_token", "The last admin token stays");
    public static readonly ProblemKind TooManyChannels = new(409, "too_many_channels", "The organization has too many channels");
    public static readonly ProblemKind TooManyRoutes = new(409, "too_many_routes", "The organization has too many routes");
    public static readonly ProblemKind TooManyRotations = new(409, "too_many_rotations", "The organization has too many rotations");
    public static readonly ProblemKind ChannelInUse = new(409, "channel_in_use", "A route or rotation tells this channel");
    public static readonly ProblemKind RotationInUse = new(409, "rotation_in_use", "A route tells this rotation");
    public static readonly ProblemKind BoardInUse = new(409, "board_in_use", "A route follows this board");
    public static readonly ProblemKind DeliveryNotFailed = new(409, "delivery_not_failed", "The delivery cannot be sent again");
    public static readonly ProblemKind TooManyBoards = new(409, "too_many_boards", "The organization has too many boards");
    public static readonly ProblemKind TooManyMaintenanceWindows = new(409, "too_many_maintenance_windows", "The organization has too many maintenance windows");
    public static readonly ProblemKind TooManyMaintenanceUpdates = new(409, "too_many_maintenance_updates", "The maintenance window has too many updates");
    public static readonly ProblemKind MaintenanceOver = new(409, "maintenance_over", "The maintenance window is over");
    public static readonly ProblemKind MaintenanceNotCurrent = new(409, "maintenance_not_current", "The maintenance window does not take place now");
    public static readonly ProblemKind BodyTooLarge = new(413, "body_too_large", "The body is too large");
    public static readonly ProblemKind MetadataTooLarge = new(413, "metadata_too_large", "The metadata is too large");
    public static readonly ProblemKind RateLimited = new(429, "rate_limited", "Too many requests");
    public static readonly ProblemKind InternalError = new(500, "internal_error", "The server failed");
    public static readonly ProblemKind StorageUnavailable = new(503, "storage_unavailable", "Storage is unavailable");
}
