using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Schema;

/// <summary>
/// The schema and everything that is not hot. History itself (SQLite's <c>heartbeats</c> and <c>checks</c>,
/// PostgreSQL's <c>checks</c>) is created by hand-written statements in the migrations, because EF Core cannot
/// say WITHOUT ROWID or PARTITION BY.
/// </summary>
internal abstract class ExemplarDb(DbContextOptions options) : DbContext(options)
{
    public DbSet<OrganizationRow> Organizations => Set<OrganizationRow>();
    public DbSet<AccountRow> Accounts => Set<AccountRow>();
    public DbSet<MemberRow> Members => Set<MemberRow>();
    public DbSet<PasskeyRow> Passkeys => Set<PasskeyRow>();
    public DbSet<InvitationRow> Invitations => Set<InvitationRow>();
    public DbSet<AuditRow> AuditEntries => Set<AuditRow>();
    public DbSet<TokenRow> Tokens => Set<TokenRow>();
    public DbSet<MonitorRow> Monitors => Set<MonitorRow>();
    public DbSet<MonitorTagRow> MonitorTags => Set<MonitorTagRow>();
    public DbSet<MonitorStateRow> MonitorStates => Set<MonitorStateRow>();
    public DbSet<PeriodRow> Periods => Set<PeriodRow>();
    public DbSet<RollupRow> Rollups => Set<RollupRow>();
    public DbSet<OutageRow> Outages => Set<OutageRow>();
    public DbSet<RemovedMonitorRow> RemovedMonitors => Set<RemovedMonitorRow>();
    public DbSet<BookmarkRow> Bookmarks => Set<BookmarkRow>();
    public DbSet<StatusChangeRow> StatusChanges => Set<StatusChangeRow>();
    public DbSet<IncidentRow> Incidents => Set<IncidentRow>();
    public DbSet<IncidentMonitorRow> IncidentMonitors => Set<IncidentMonitorRow>();
    public DbSet<IncidentEventRow> IncidentEvents => Set<IncidentEventRow>();
    public DbSet<IncidentCountRow> IncidentCounts => Set<IncidentCountRow>();
    public DbSet<NoiseTimerRow> NoiseTimers => Set<NoiseTimerRow>();
    public DbSet<MonitorDependencyRow> MonitorDependencies => Set<MonitorDependencyRow>();
    public DbSet<ChannelRow> Channels => Set<ChannelRow>();
    public DbSet<AlertRow> Alerts => Set<AlertRow>();
    public DbSet<DeliveryRow> Deliveries => Set<DeliveryRow>();
    public DbSet<DeliveryAttemptRow> DeliveryAttempts => Set<DeliveryAttemptRow>();
    public DbSet<RouteRow> Routes => Set<RouteRow>();
    public DbSet<RotationRow> Rotations => Set<RotationRow>();
    public DbSet<EscalationRow> Escalations => Set<EscalationRow>();
    public DbSet<BoardRow> Boards => Set<BoardRow>();
    public DbSet<ServiceRow> Services => Set<ServiceRow>();
    public DbSet<ServiceMonitorRow> ServiceMonitors => Set<ServiceMonitorRow>();
    public DbSet<BoardLogoRow> BoardLogos => Set<BoardLogoRow>();
    public DbSet<MaintenanceWindowRow> MaintenanceWindows => Set<MaintenanceWindowRow>();
    public DbSet<MaintenanceMonitorRow> MaintenanceMonitors => Set<MaintenanceMonitorRow>();
    public DbSet<MaintenanceUpdateRow> MaintenanceUpdates => Set<MaintenanceUpdateRow>();
    public DbSet<HolidayRow> Holidays => Set<HolidayRow>();
    public DbSet<ProbeSecretRow> ProbeSecrets => Set<ProbeSecretRow>();

    /// <summary>
    /// Brings the schema up to date. One that is needs a look at its history alone: EF Core's own way compares the whole model with the
    /// last migration's each time, a tenth of a start on a small machine.
    /// </summary>
    public async Task BringUpToDateAsync(CancellationToken cancellationToken)
    {
        if ((await Database.GetPendingMigrationsAsync(cancellationToken)).Any()) await Database.MigrateAsync(cancellationToken);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OrganizationRow>(e =>
        {
            e.ToTable("organizations").HasKey(o => o.Number);
            e.Property(o => o.Id).IsRequired();
            e.HasIndex(o => o.Id).IsUnique();
        });
        modelBuilder.Entity<AccountRow>(e =>
        {
            e.ToTable("accounts").HasKey(a => a.Number);
            e.HasIndex(a => a.EmailKey).IsUnique();
        });
        modelBuilder.Entity<MemberRow>(e =>
        {
            e.ToTable("members").HasKey(m => new { m.AccountNumber, m.OrganizationNumber });
            e.HasIndex(m => m.OrganizationNumber);
        });
        modelBuilder.Entity<TokenRow>(e =>
        {
            e.ToTable("tokens").HasKey(t => t.Number);
            e.HasIndex(t => t.Hash).IsUnique();
            e.Property(t => t.Id).IsRequired();
            e.HasIndex(t => t.Id).IsUnique();
            e.HasIndex(t => t.OrganizationNumber);
        });
        modelBuilder.Entity<MonitorRow>(e =>
        {
            e.ToTable("monitors").HasKey(m => m.Number);
            e.Property(m => m.Id).IsRequired();
            e.HasIndex(m => m.Id).IsUnique();
            e.HasIndex(m => new { m.OrganizationNumber, m.Number });
            MaintenanceRows.MapHours(e);
        });
        modelBuilder.Entity<MonitorTagRow>(e =>
        {
            e.ToTable("monitor_tags").HasKey(t => new { t.OrganizationNumber, t.Tag, t.MonitorNumber });
            e.HasIndex(t => t.MonitorNumber);
        });
        modelBuilder.Entity<MonitorStateRow>(e =>
        {
            e.ToTable("monitor_states").HasKey(s => s.MonitorNumber);
            e.Property(s => s.MonitorNumber).ValueGeneratedNever();
            e.HasIndex(s => new { s.OrganizationNumber, s.Status, s.MonitorNumber });
        });
        modelBuilder.Entity<PeriodRow>(e =>
        {
            e.ToTable("periods").HasKey(p => new { p.MonitorNumber, p.FromMs });
            e.HasIndex(p => p.FromMs);
            e.HasIndex(p => p.ToMs);
        });
        modelBuilder.Entity<RollupRow>(e => e.ToTable("rollups").HasKey(r => new { r.MonitorNumber, r.Day }));
        modelBuilder.Entity<OutageRow>(e => e.ToTable("outages").HasKey(o => o.Number));
        modelBuilder.Entity<RemovedMonitorRow>(e =>
        {
            e.ToTable("removed_monitors").HasKey(r => r.MonitorNumber);
            e.Property(r => r.MonitorNumber).ValueGeneratedNever();
        });
        modelBuilder.Entity<BookmarkRow>(e => e.ToTable("bookmarks").HasKey(b => b.Name));
        modelBuilder.Entity<StatusChangeRow>(e => e.ToTable("status_changes").HasKey(c => c.Number));
        IncidentRow.Map(modelBuilder);
        IncidentMonitorRow.Map(modelBuilder);
        IncidentEventRow.Map(modelBuilder);
        IncidentCountRow.Map(modelBuilder);
        NoiseRows.Map(modelBuilder);
        ChannelRow.Map(modelBuilder);
        AlertRow.Map(modelBuilder);
        DeliveryRow.Map(modelBuilder);
        DeliveryAttemptRow.Map(modelBuilder);
        PasskeyRow.Map(modelBuilder);
        InvitationRow.Map(modelBuilder);
        AuditRow.Map(modelBuilder);
        BoardRows.Map(modelBuilder);
        RoutingRows.Map(modelBuilder);
        MaintenanceRows.Map(modelBuilder);
        ProbeSecretRow.Map(modelBuilder);
        UseSnakeCase(modelBuilder);
    }

    private static void UseSnakeCase(ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
            foreach (var property in entity.GetProperties())
                property.SetColumnName(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
    }
}
