using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Exemplar.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Boards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "board_logos",
                columns: table => new
                {
                    board_number = table.Column<int>(type: "integer", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_board_logos", x => x.board_number);
                });

            migrationBuilder.CreateTable(
                name: "boards",
                columns: table => new
                {
                    number = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<byte[]>(type: "bytea", nullable: false),
                    organization_number = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    slug = table.Column<string>(type: "text", nullable: false),
                    is_published = table.Column<bool>(type: "boolean", nullable: false),
                    title = table.Column<string>(type: "text", nullable: true),
                    shows_monitors = table.Column<bool>(type: "boolean", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    updated_at_ms = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_boards", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "service_monitors",
                columns: table => new
                {
                    board_number = table.Column<int>(type: "integer", nullable: false),
                    service_position = table.Column<int>(type: "integer", nullable: false),
                    monitor_number = table.Column<int>(type: "integer", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_service_monitors", x => new { x.board_number, x.service_position, x.monitor_number });
                });

            migrationBuilder.CreateTable(
                name: "services",
                columns: table => new
                {
                    board_number = table.Column<int>(type: "integer", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    slug = table.Column<string>(type: "text", nullable: false),
                    tags = table.Column<List<string>>(type: "text[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_services", x => new { x.board_number, x.position });
                });

            migrationBuilder.CreateIndex(
                name: "IX_boards_id",
                table: "boards",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_boards_organization_number_number",
                table: "boards",
                columns: new[] { "organization_number", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_boards_slug",
                table: "boards",
                column: "slug",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_service_monitors_monitor_number",
                table: "service_monitors",
                column: "monitor_number");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "board_logos");

            migrationBuilder.DropTable(
                name: "boards");

            migrationBuilder.DropTable(
                name: "service_monitors");

            migrationBuilder.DropTable(
                name: "services");
        }
    }
}
