using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Exemplar.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "bookmarks",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false),
                    value = table.Column<long>(type: "bigint", nullable: false),
                    ballast = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_bookmarks", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "monitor_states",
                columns: table => new
                {
                    monitor_number = table.Column<int>(type: "integer", nullable: false),
                    organization_number = table.Column<int>(type: "integer", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: false),
                    since_ms = table.Column<long>(type: "bigint", nullable: false),
                    last_heartbeat_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    counts_from_ms = table.Column<long>(type: "bigint", nullable: true),
                    next_expected_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    due_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    check_count = table.Column<long>(type: "bigint", nullable: false),
                    other_check_count = table.Column<long>(type: "bigint", nullable: false),
                    grace_ms = table.Column<long>(type: "bigint", nullable: false),
                    interval_ms = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_states", x => x.monitor_number);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 70);

            migrationBuilder.CreateTable(
                name: "monitor_tags",
                columns: table => new
                {
                    organization_number = table.Column<int>(type: "integer", nullable: false),
                    tag = table.Column<string>(type: "text", nullable: false),
                    monitor_number = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_tags", x => new { x.organization_number, x.tag, x.monitor_number });
                });

            migrationBuilder.CreateTable(
                name: "monitors",
                columns: table => new
                {
                    number = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<byte[]>(type: "bytea", nullable: false),
                    organization_number = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    description = table.Column<string>(type: "text", nullable: false),
                    tags = table.Column<List<string>>(type: "text[]", nullable: false),
                    interval_ms = table.Column<long>(type: "bigint", nullable: false),
                    grace_ms = table.Column<long>(type: "bigint", nullable: false),
                    starts = table.Column<int>(type: "integer", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    updated_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitors", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "organizations",
                columns: table => new
                {
                    number = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<byte[]>(type: "bytea", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    default_interval_ms = table.Column<long>(type: "bigint", nullable: false),
                    default_grace_ms = table.Column<long>(type: "bigint", nullable: false),
                    check_days = table.Column<int>(type: "integer", nullable: false),
                    check_count = table.Column<int>(type: "integer", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_organizations", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "outages",
                columns: table => new
                {
                    number = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    from_ms = table.Column<long>(type: "bigint", nullable: false),
                    to_ms = table.Column<long>(type: "bigint", nullable: false),
                    cause = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outages", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "periods",
                columns: table => new
                {
                    monitor_number = table.Column<int>(type: "integer", nullable: false),
                    from_ms = table.Column<long>(type: "bigint", nullable: false),
                    to_ms = table.Column<long>(type: "bigint", nullable: true),
                    status = table.Column<int>(type: "integer", nullable: false),
                    error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_periods", x => new { x.monitor_number, x.from_ms });
                });

            migrationBuilder.CreateTable(
                name: "removed_monitors",
                columns: table => new
                {
                    monitor_number = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_removed_monitors", x => x.monitor_number);
                });

            migrationBuilder.CreateTable(
                name: "rollups",
                columns: table => new
                {
                    monitor_number = table.Column<int>(type: "integer", nullable: false),
                    day = table.Column<int>(type: "integer", nullable: false),
                    up_ms = table.Column<long>(type: "bigint", nullable: false),
                    down_ms = table.Column<long>(type: "bigint", nullable: false),
                    last_status = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollups", x => new { x.monitor_number, x.day });
                });

            migrationBuilder.CreateTable(
                name: "tokens",
                columns: table => new
                {
                    number = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<byte[]>(type: "bytea", nullable: false),
                    organization_number = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    hint = table.Column<string>(type: "text", nullable: false),
                    scopes = table.Column<int>(type: "integer", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    expires_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    last_used_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    revoked_at_ms = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tokens", x => x.number);
                });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_states_due_at_ms",
                table: "monitor_states",
                column: "due_at_ms");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_states_organization_number_status_monitor_number",
                table: "monitor_states",
                columns: new[] { "organization_number", "status", "monitor_number" });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_tags_monitor_number",
                table: "monitor_tags",
                column: "monitor_number");

            migrationBuilder.CreateIndex(
                name: "IX_monitors_id",
                table: "monitors",
                column: "id",
                unique: true)
                .Annotation("Npgsql:IndexInclude", new[] { "number" });

            migrationBuilder.CreateIndex(
                name: "IX_monitors_organization_number_number",
                table: "monitors",
                columns: new[] { "organization_number", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_organizations_id",
                table: "organizations",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_periods_from_ms",
                table: "periods",
                column: "from_ms");

            migrationBuilder.CreateIndex(
                name: "IX_periods_to_ms",
                table: "periods",
                column: "to_ms");

            migrationBuilder.CreateIndex(
                name: "IX_tokens_hash",
                table: "tokens",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_tokens_id",
                table: "tokens",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_tokens_organization_number",
                table: "tokens",
                column: "organization_number");

            // History. Partitions are made and dropped by the upkeep; the default one is there so that no check is ever
            // refused, whatever its moment. The widest columns come first: no padding in the rows there are most of.
            migrationBuilder.Sql("""
                CREATE TABLE checks (
                    at_ms bigint NOT NULL,
                    check_random bigint NOT NULL,
                    received_at_ms bigint NOT NULL,
                    monitor_number integer NOT NULL,
                    latency_ms integer,
                    outcome smallint NOT NULL,
                    source smallint NOT NULL,
                    error text,
                    metadata bytea
                ) PARTITION BY RANGE (at_ms)
                """);
            migrationBuilder.Sql("CREATE TABLE checks_default PARTITION OF checks DEFAULT");
            // Checks of one millisecond are few and are sorted while reading: check_random would only make this index larger.
            migrationBuilder.Sql("CREATE INDEX ix_checks_monitor ON checks (monitor_number, at_ms)");
            migrationBuilder.Sql("CREATE INDEX ix_checks_not_up ON checks (monitor_number, outcome, at_ms) WHERE outcome <> 1");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "checks");

            migrationBuilder.DropTable(
                name: "bookmarks");

            migrationBuilder.DropTable(
                name: "monitor_states");

            migrationBuilder.DropTable(
                name: "monitor_tags");

            migrationBuilder.DropTable(
                name: "monitors");

            migrationBuilder.DropTable(
                name: "organizations");

            migrationBuilder.DropTable(
                name: "outages");

            migrationBuilder.DropTable(
                name: "periods");

            migrationBuilder.DropTable(
                name: "removed_monitors");

            migrationBuilder.DropTable(
                name: "rollups");

            migrationBuilder.DropTable(
                name: "tokens");
        }
    }
}
