namespace Exemplar.Console.Tests.Boards;

/// <summary>Moves things as a screen tells of a finger: down, along the way, up.</summary>
internal static class Finger
{
    public static async Task MoveAsync(IPage page, ICDPSession finger, ILocator from, ILocator to)
    {
        await from.ScrollIntoViewIfNeededAsync();
        var (start, end) = (Middle((await from.BoundingBoxAsync())!), Middle((await to.BoundingBoxAsync())!));
        Task TouchAsync(string type, params (float X, float Y)[] points) => finger.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["type"] = type, ["touchPoints"] = points.Select(p => new { x = p.X, y = p.Y }).ToArray(),
        });
        await TouchAsync("touchStart", start);
        for (var step = 1; step <= 5; step++)
            await TouchAsync("touchMove", (start.X + ((end.X - start.X) * step / 5), start.Y + ((end.Y - start.Y) * step / 5)));
        await TouchAsync("touchEnd");
        await Assertions.Expect(page.Locator(".dragged")).ToHaveCountAsync(0);
    }

    private static (float X, float Y) Middle(LocatorBoundingBoxResult box) => (box.X + (box.Width / 2), box.Y + (box.Height / 2));
}
