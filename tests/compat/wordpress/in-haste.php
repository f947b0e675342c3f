<?php // Plugin Name: Readers who comment faster than every fifteen seconds
add_filter('comment_flood_filter', '__return_false', 20);
