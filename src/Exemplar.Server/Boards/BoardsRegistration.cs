using Exemplar.Server.StatusPages;
using Exemplar.Storage.Boards;

namespace Exemplar.Server.Boards;

internal static class BoardsRegistration
{
    /// <summary>Boards and their status pages. Needs the stores of monitors and periods.</summary>
    public static IServiceCollection AddBoards(this IServiceCollection services) => services
        .AddSingleton<BoardStore>()
        .AddSingleton<BoardMembers>()
        .AddSingleton<BoardSource>()
        .AddSingleton<LiveBoards>()
        .AddSingleton<PublishedBoards>()
        .AddSingleton<PublicPages>();
}
