"""Is a harmed camera found, and a well one left in peace? Real clips where there are some, and made streets everywhere."""
