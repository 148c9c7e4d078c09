namespace Exemplar.Core.Audit;

/// <summary>What an entry of the audit log says was done. The words are stored and shown.</summary>
public static class AuditAction
{
    public const string MonitorCreated = "monitor.created";
    public const string MonitorChanged = "monitor.changed";
    public const string MonitorPaused = "monitor.paused";
    public const string MonitorResumed = "monitor.resumed";
    public const string MonitorDeleted = "monitor.deleted";
    public const string TokenCreated = "token.created";
    public const string TokenRevoked = "token.revoked";
    public const string ChannelCreated = "channel.created";
    public const string ChannelChanged = "channel.changed";
    public const string ChannelDeleted = "channel.deleted";
    public const string RouteCreated = "route.created";
    public const string RouteChanged = "route.changed";
    public const string RouteDeleted = "route.deleted";
    public const string RotationCreated = "rotation.created";
    public const string RotationChanged = "rotation.changed";
    public const string RotationDeleted = "rotation.deleted";
    public const string MaintenanceCreated = "maintenance.created";
    public const string MaintenanceChanged = "maintenance.changed";
    public const string MaintenanceUpdated = "maintenance.update_added";
    public const string MaintenanceEnded = "maintenance.ended";
    public const string MaintenanceCancelled = "maintenance.cancelled";
    public const string MaintenanceDeleted = "maintenance.deleted";
    public const string HolidaysChanged = "holidays.changed";
    public const string DeliverySentAgain = "delivery.sent_again";
    public const string BoardCreated = "board.created";
    public const string BoardChanged = "board.changed";
    public const string BoardPublished = "board.published";
    public const string BoardUnpublished = "board.unpublished";
    public const string BoardDeleted = "board.deleted";
    public const string OrganizationChanged = "organization.changed";
    public const string MemberInvited = "member.invited";
    public const string InvitationRevoked = "invitation.revoked";
    public const string MemberJoined = "member.joined";
    public const string MemberChanged = "member.changed";
    public const string MemberRemoved = "member.removed";
    public const string PasswordChanged = "password.changed";
    public const string SignedOutEverywhere = "account.signed_out";
    public const string TwoFactorOn = "two_factor.on";
    public const string TwoFactorOff = "two_factor.off";
    public const string RecoveryCodesMade = "recovery_codes.made";
    public const string RecoveryCodeUsed = "recovery_code.used";
    public const string PasskeyAdded = "passkey.added";
    public const string PasskeyRemoved = "passkey.removed";
    public const string AccountReset = "account.reset";

    /// <summary>All of them, in the order in which a filter offers them.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        MonitorCreated, MonitorChanged, MonitorPaused, MonitorResumed, MonitorDeleted, TokenCreated, TokenRevoked,
        ChannelCreated, ChannelChanged, ChannelDeleted, DeliverySentAgain,
        RouteCreated, RouteChanged, RouteDeleted, RotationCreated, RotationChanged, RotationDeleted,
        MaintenanceCreated, MaintenanceChanged, MaintenanceUpdated, MaintenanceEnded, MaintenanceCancelled, MaintenanceDeleted, HolidaysChanged,
        BoardCreated, BoardChanged, BoardPublished, BoardUnpublished, BoardDeleted,
        OrganizationChanged, MemberInvited, InvitationRevoked, MemberJoined, MemberChanged, MemberRemoved, PasswordChanged, SignedOutEverywhere, TwoFactorOn,
        TwoFactorOff, RecoveryCodesMade, RecoveryCodeUsed, PasskeyAdded, PasskeyRemoved, AccountReset,
    ];
}
